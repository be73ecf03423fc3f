// Starts a deck: reveal.js, then the mathematics, the slide in view first. `deck.ready` is true when all is typeset.
(function () {
  "use strict";
  const assets = document.currentScript.src.replace(/\/[^/]*$/, "");
  const controls = ".course-explorer, input, select, textarea, button, summary";
  const deck = (window.deck = { ready: false });
  const atOnce = new URLSearchParams(location.search).has("at-once"); // show what otherwise waits for a key

  // ---- slides -------------------------------------------------------------------------------------------------
  // Every slide stays in the layout (viewDistance), because MathJax measures what it typesets.
  Reveal.initialize({
    width: 1280, height: 720, margin: 0, minScale: 0.1, maxScale: 4, center: false, display: "block",
    transition: "none", backgroundTransition: "none", viewDistance: 1000, mobileViewDistance: 1000,
    navigationMode: "linear", hash: true, slideNumber: "c/t", controlsTutorial: false, fragments: !atOnce, help: true,
    pdfMaxPagesPerSlide: 1, pdfSeparateFragments: false, showNotes: false,
    keyboardCondition: (event) => !(event.target instanceof Element && event.target.closest(controls)),
    plugins: [RevealNotes],
  });

  // The keys of a remote control turn the slide wherever the focus is; Escape gives the arrow keys back to the deck.
  window.addEventListener("keydown", (event) => {
    const inside = event.target instanceof Element && event.target.closest(controls);
    if (!inside || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "PageDown") Reveal.next();
    else if (event.key === "PageUp") Reveal.prev();
    else if (event.key === "Escape") document.activeElement.blur();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  Reveal.on("slidechanged", () => {
    if (document.activeElement instanceof HTMLElement && document.activeElement.closest(".slides")) {
      document.activeElement.blur();
    }
  });

  // ---- mathematics --------------------------------------------------------------------------------------------
  // The speaker window has none of the deck's fonts, so formulas of the notes become MathML, which browsers draw
  // themselves. A formula that needs an extension of MathJax asks to be tried again once that has come.
  function noteToMathML(script) {
    script.MathJax = { state: 0 };
    try {
      const math = MathJax.InputJax.TeX.Translate(script, []).root.toMathML("");
      const holder = document.createElement("span");
      holder.innerHTML = math;
      if (script.type.includes("mode=display")) holder.firstElementChild.setAttribute("display", "block");
      script.replaceWith(holder);
    } catch (problem) {
      if (problem.restart) return MathJax.Callback.After([noteToMathML, script], problem.restart);
      console.error(`speaker notes: ${problem.message} in ${script.textContent}`);
    }
  }

  function typesetNotes() {
    const waiting = [];
    for (const note of document.querySelectorAll("aside.notes")) {
      for (const part of note.children) MathJax.Extension.tex2jax.PreProcess(part); // the aside itself is ignored
      note.querySelectorAll(".MathJax_Preview").forEach((preview) => preview.remove());
      note.querySelectorAll('script[type^="math/tex"]').forEach((script) => waiting.push(noteToMathML(script)));
    }
    return MathJax.Callback.After(() => null, ...waiting.filter(Boolean));
  }

  window.MathJax = {
    root: assets + "/mathjax",
    config: ["TeX-AMS-MML_HTMLorMML-full.js"],
    jax: ["input/TeX", "output/HTML-CSS"],
    extensions: ["tex2jax.js", "toMathML.js", "AssistiveMML.js"],
    skipStartupTypeset: true,
    showMathMenu: false,
    showProcessingMessages: false,
    messageStyle: "none",
    menuSettings: { zoom: "None", inTabOrder: false, assistiveMML: true, FastPreview: false },
    "fast-preview": { disabled: true },
    AuthorInit() {
      MathJax.Hub.Register.StartupHook("End", () => {
        MathJax.Hub.Queue(
          ["Typeset", MathJax.Hub, Reveal.getCurrentSlide()],
          () => { deck.firstSlide = performance.now(); },
          ["Typeset", MathJax.Hub, document.querySelector(".slides")],
          [typesetNotes],
          () => { deck.finished = performance.now(); deck.ready = true; },
        );
      });
    },
    tex2jax: {
      inlineMath: [["$", "$"], ["\\(", "\\)"]],
      displayMath: [["$$", "$$"], ["\\[", "\\]"]],
      processEscapes: true,
      processEnvironments: true,
      ignoreClass: "notes|code",
    },
    TeX: { noErrors: { disabled: true }, noUndefined: { disabled: true }, equationNumbers: { autoNumber: "none" } },
    "HTML-CSS": {
      availableFonts: [], preferredFont: null, webFont: "STIX-Web", imageFont: null,
      showMathMenu: false, linebreaks: { automatic: false },
      EqnChunk: 20, EqnChunkFactor: 1.5, EqnChunkDelay: 10,
      // MathJax asks for a font at about:blank, which Chromium refuses aloud on file:// pages
      styles: { "@font-face": { "font-family": "MathJax_Blank", src: 'local("no font has this name")' } },
    },
  };
})();
