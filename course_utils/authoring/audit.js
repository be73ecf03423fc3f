// What the audit of a deck asks of the slide in view. Returns [{rule, message}, ...].
(limits) => {
  "use strict";
  const slide = Reveal.getCurrentSlide();
  const area = slide.getBoundingClientRect();
  const findings = [];
  const found = (rule, message) => findings.push({ rule, message });

  const excerpt = (text) => {
    const short = text.replace(/\s+/g, " ").trim();
    return short.length > 60 ? short.slice(0, 57) + "..." : short;
  };
  const name = (element) => {
    const text = excerpt(element.getAttribute("alt") || element.textContent);
    return `<${element.tagName.toLowerCase()}>` + (text ? ` "${text}"` : "");
  };
  const aside = "aside.notes, script, style, template, .visually-hidden, .MJX_Assistive_MathML, .MathJax_Preview";
  const shown = (element) => !element.closest(aside) && element.checkVisibility({ visibilityProperty: true });
  const visible = [...slide.querySelectorAll("*")].filter(shown);

  // ---- nothing overflows: neither the slide, nor a box that would hide what does not fit ----
  const outside = visible.filter((element) => {
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.height === 0 || element.parentElement.closest(".MathJax")) return false; // struts
    return box.left < area.left - 1 || box.top < area.top - 1 || box.right > area.right + 1 || box.bottom > area.bottom + 1;
  });
  const farthest = new Map(); // one finding for a block, however many of its words stand outside
  for (const element of outside.filter((element) => !outside.includes(element.parentElement))) {
    const box = element.getBoundingClientRect();
    const beyond = Math.max(area.left - box.left, area.top - box.top, box.right - area.right, box.bottom - area.bottom);
    const block = element.closest("pre, table, ul, ol, p") ?? element;
    farthest.set(block, Math.max(beyond, farthest.get(block) ?? 0));
  }
  for (const [block, beyond] of farthest) found("overflow", `${name(block)} reaches ${Math.ceil(beyond)} px beyond the slide`);
  for (const element of visible) {
    const style = getComputedStyle(element);
    const tall = style.overflowY !== "visible" && element.scrollHeight > element.clientHeight + 1;
    const wide = (style.overflowX !== "visible" || element.matches("pre, p")) && element.scrollWidth > element.clientWidth + 1;
    if (element.closest(".MathJax") || element.clientHeight === 0 || (!tall && !wide)) continue;
    const beyond = Math.max(element.scrollHeight - element.clientHeight, element.scrollWidth - element.clientWidth);
    const what = element.matches(".page") ? "the slide" : name(element);
    found("overflow", `the content of ${what} is ${beyond} px larger than its box`);
  }

  // ---- figures: large, and said in words ----
  for (const image of slide.querySelectorAll("img")) {
    const alt = (image.getAttribute("alt") || "").trim();
    if (alt === "" || alt.startsWith("No description has been provided")) found("alt", "an image has no alt text");
    else if (/^\S+\.(png|jpe?g|svg|webp|gif)$/i.test(alt)) found("alt", `the alt text "${alt}" is a file name`);
    else if (alt.length < limits.altCharacters) {
      found("alt", `the alt text "${alt}" is shorter than ${limits.altCharacters} characters; say what the figure shows`);
    }
    if (image.complete && image.naturalWidth === 0) found("image", `${name(image)} could not be loaded`);
    else if (shown(image)) {
      const box = image.getBoundingClientRect();
      const scale = Math.min(box.width / image.naturalWidth, box.height / image.naturalHeight); // object-fit: contain
      const width = Math.floor(image.naturalWidth * scale);
      if (width < limits.imageWidth) {
        found("image", `${name(image)} is drawn ${width} px wide, less than ${limits.imageWidth}; move text to another slide`);
      }
    }
  }

  // ---- mathematics is typeset, text is large ----
  const texts = [];
  const walker = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.data.trim() && shown(node.parentElement)) texts.push(node);
  }
  const inMathematics = (node) => node.parentElement.closest(".MathJax, math, svg");
  const prose = texts.filter((node) => !inMathematics(node) && !node.parentElement.closest("pre, code"));
  for (const node of prose) {
    const raw = node.data.match(/\$[^$\d\s][^$]*\$|\$\$|\\[([]|\\(begin|end)\{|\\[a-zA-Z]{2,}\s*[{_^\\]/);
    if (raw) found("mathematics", `raw TeX stands in "${excerpt(node.data.slice(Math.max(0, raw.index - 20)))}"`);
  }
  for (const error of slide.querySelectorAll(".merror, merror, .MathJax_Error, .noError")) {
    if (!error.parentElement.closest(".merror, merror, .MathJax_Error, .noError") && shown(error)) {
      found("mathematics", `MathJax says "${excerpt(error.textContent)}"`);
    }
  }
  const waiting = [...slide.querySelectorAll('script[type^="math/tex"]')].filter(
    (script) => !script.previousElementSibling || !script.previousElementSibling.matches(".MathJax, .MathJax_Display, .MathJax_Error"),
  );
  for (const script of waiting) found("mathematics", `not typeset: "${excerpt(script.textContent)}"`);
  const small = new Map();
  for (const node of texts) {
    const element = inMathematics(node)?.closest(".MathJax")?.parentElement ?? node.parentElement;
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size < limits.fontSize && !node.parentElement.closest("svg")) small.set(element, size);
  }
  for (const [element, size] of small) found("font-size", `${name(element)} is set at ${size} px, less than ${limits.fontSize}`);

  return findings;
}
