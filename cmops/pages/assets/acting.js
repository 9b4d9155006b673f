// Steps that stay ticked in this browser, and words that are copied with a button.
// Pages are whole without it.
(() => {
  "use strict";

  const kept = {
    read(name) {
      try { return JSON.parse(localStorage.getItem(name)) || {}; } catch { return {}; }
    },
    write(name, ticked) {
      try { localStorage.setItem(name, JSON.stringify(ticked)); } catch { /* kept on the page only */ }
    },
  };

  function button(words, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "cmops-do";
    made.textContent = words;
    made.addEventListener("click", () => act(made));
    return made;
  }

  function checklist(list) {
    if (list.dataset.cmopsReady) return;
    list.dataset.cmopsReady = "yes";
    const name = `cmops:${location.pathname}:${list.dataset.cmopsChecklist}`;
    const boxes = [...list.querySelectorAll("input[data-cmops-step]")];
    const ticked = kept.read(name);
    const progress = document.createElement("p");
    progress.className = "cmops-progress";
    progress.setAttribute("role", "status");
    function tell() {
      const done = boxes.filter((box) => box.checked).length;
      progress.textContent = list.dataset.cmopsProgress.replace("{done}", done).replace("{all}", boxes.length);
    }
    for (const box of boxes) {
      box.checked = Boolean(ticked[box.dataset.cmopsStep]);
      box.addEventListener("change", () => {
        ticked[box.dataset.cmopsStep] = box.checked;
        kept.write(name, ticked);
        tell();
      });
    }
    // Two windows of one browser show the same ticks.
    window.addEventListener("storage", (event) => {
      if (event.key !== name) return;
      Object.assign(ticked, kept.read(name));
      for (const box of boxes) box.checked = Boolean(ticked[box.dataset.cmopsStep]);
      tell();
    });
    tell();
    list.prepend(progress);
    const tools = document.createElement("p");
    tools.className = "cmops-tools";
    tools.append(button(list.dataset.cmopsClear, () => {
      if (!confirm(list.dataset.cmopsConfirm)) return;
      for (const box of boxes) {
        box.checked = false;
        ticked[box.dataset.cmopsStep] = false;
      }
      kept.write(name, ticked);
      tell();
    }), button(list.dataset.cmopsPrint, () => print()));
    list.append(tools);
  }

  function copyable(block) {
    if (block.dataset.cmopsReady || !navigator.clipboard) return;
    block.dataset.cmopsReady = "yes";
    const text = block.textContent.trim();
    const said = document.createElement("span");
    said.className = "cmops-small";
    said.setAttribute("role", "status");
    block.append(button(block.dataset.cmopsCopy, async () => {
      await navigator.clipboard.writeText(text);
      said.textContent = ` ${block.dataset.cmopsCopied}`;
      setTimeout(() => { said.textContent = ""; }, 3000);
    }), said);
  }

  function begin() {
    document.querySelectorAll("[data-cmops-checklist]").forEach(checklist);
    document.querySelectorAll("[data-cmops-copy]").forEach(copyable);
    theme();
  }

  // What Material leaves to be done for those who use a keyboard or a screen reader.
  function theme() {
    for (const search of document.querySelectorAll('[role="dialog"]:not([aria-label], [aria-labelledby])')) {
      const field = search.querySelector("input[aria-label]");
      if (field) search.setAttribute("aria-label", field.getAttribute("aria-label"));
    }
    for (const table of document.querySelectorAll(".md-typeset__scrollwrap")) table.tabIndex = 0;
  }

  // Material with instant loading changes pages without loading them.
  if (window.document$) window.document$.subscribe(begin);
  else if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
  window.addEventListener("load", theme);
})();
