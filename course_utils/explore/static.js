(() => {
  const root = document.getElementById("EXPLORER_ID");
  const data = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
  const picture = root.querySelector("img");
  const controls = [...root.querySelectorAll(".control")];
  const position = [...data.start];
  const timers = new Map();

  function show() {
    const index = position.reduce((sum, at, i) => sum * data.shape[i] + at, 0);
    picture.src = data.sources[data.frames[index]];
    picture.alt = data.alts[index];
  }

  function move(i, at) {
    position[i] = at;
    const range = controls[i].querySelector('input[type="range"]');
    if (range) {
      range.value = at;
      range.setAttribute("aria-valuetext", data.texts[i][at]);
      controls[i].querySelector("output").textContent = data.texts[i][at];
    }
    show();
  }

  function stop(i, button) {
    clearInterval(timers.get(i));
    timers.delete(i);
    button.textContent = "▶";
    button.setAttribute("aria-pressed", "false");
  }

  function start(i, button) {
    if (position[i] === data.shape[i] - 1) move(i, 0);
    button.textContent = "⏸";
    button.setAttribute("aria-pressed", "true");
    timers.set(i, setInterval(() => {
      if (position[i] < data.shape[i] - 1) move(i, position[i] + 1);
      else stop(i, button);
    }, 400));
  }

  controls.forEach((control, i) => {
    control.addEventListener("input", (event) => move(i, Number(event.target.value)));
    const button = control.querySelector("button");
    if (button) button.addEventListener("click", () => (timers.has(i) ? stop : start)(i, button));
  });

  // Keys that belong to a focused control must not also turn the slide that the explorer stands on.
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" && event.key !== "Tab") event.stopPropagation();
    if (event.key === "Escape") document.activeElement.blur();
  });
})();
