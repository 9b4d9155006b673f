// Steps that stay ticked in this browser, and statements that are copied with a button.
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
    for (const box of boxes) {
      box.checked = Boolean(ticked[box.dataset.cmopsStep]);
      box.addEventListener("change", () => {
        ticked[box.dataset.cmopsStep] = box.checked;
        kept.write(name, ticked);
      });
    }
    list.append(button(list.dataset.cmopsClear, () => {
      if (!confirm(list.dataset.cmopsConfirm)) return;
      for (const box of boxes) {
        box.checked = false;
        ticked[box.dataset.cmopsStep] = false;
      }
      kept.write(name, ticked);
    }));
  }

  function copyable(block) {
    if (block.dataset.cmopsReady || !navigator.clipboard) return;
    block.dataset.cmopsReady = "yes";
    const text = block.textContent.trim();
    block.append(button(block.dataset.cmopsCopy, async (pressed) => {
      await navigator.clipboard.writeText(text);
      pressed.textContent = block.dataset.cmopsCopied;
      setTimeout(() => { pressed.textContent = block.dataset.cmopsCopy; }, 2000);
    }));
  }

  function begin() {
    document.querySelectorAll("[data-cmops-checklist]").forEach(checklist);
    document.querySelectorAll("[data-cmops-copy]").forEach(copyable);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
