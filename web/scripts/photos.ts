/** Shows the chosen photos of `[data-photos]`, how many there are, lets each be taken out again, and makes them smaller. */

import { shrink } from "./shrink";
import { sentences, word } from "./words";

const MEGABYTE = 1_048_576;

/** A chosen photo and where it is shown. */
interface Shot {
  file: File;
  item: HTMLLIElement;
}

function put(input: HTMLInputElement, shots: Shot[]): void {
  const chosen = new DataTransfer();
  shots.forEach((shot) => chosen.items.add(shot.file));
  input.files = chosen.files;
}

function shown(file: File, drop: () => void): HTMLLIElement {
  const item = document.createElement("li");
  const picture = document.createElement("img");
  const url = URL.createObjectURL(file);
  picture.src = url;
  picture.alt = file.name;
  picture.addEventListener("load", () => URL.revokeObjectURL(url), { once: true });
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn quiet small";
  button.textContent = word("photo-remove");
  button.setAttribute("aria-label", word("photo-remove-named", { name: file.name }));
  button.addEventListener("click", drop);
  item.append(picture, button);
  return item;
}

function watch(box: HTMLElement): void {
  const input = box.querySelector<HTMLInputElement>('input[type="file"]');
  if (!input) return;
  const most = Number(box.dataset["max"] ?? 4);
  const largest = Number(box.dataset["maxMb"] ?? 20) * MEGABYTE;
  const said = document.createElement("output");
  const shots = document.createElement("ul");
  shots.className = "shots";
  said.htmlFor.add(input.id);
  const button = document.createElement("label");
  button.className = "btn";
  button.htmlFor = input.id;
  button.textContent = word("photos-add");
  // The label in words stays the field's name; this one is only drawn, where the browser's own button speaks its own language.
  button.ariaHidden = "true";
  input.classList.add("vh");
  input.after(button, said, shots);

  let kept: Shot[] = [];
  const show = (...left: string[]): void => {
    put(input, kept);
    shots.replaceChildren(...kept.map((shot) => shot.item));
    const chosen = kept.length > 0 ? word("photos-chosen", { n: kept.length, most }) : "";
    said.value = sentences(chosen, ...left);
  };
  const shot = (file: File): Shot => {
    const made: Shot = {
      file,
      item: shown(file, () => {
        kept = kept.filter((other) => other !== made);
        show();
        input.focus();
      }),
    };
    return made;
  };
  // Sent before it is smaller, a photo goes as it is: nobody waits for this.
  const lighten = async (one: Shot): Promise<void> => {
    one.file = await shrink(one.file);
    put(input, kept);
  };
  // A phone's camera gives one picture at a time: a new choice adds to the old one.
  input.addEventListener("change", () => {
    const chosen = [...(input.files ?? [])];
    const fitting = chosen.filter((file) => file.size <= largest).map(shot);
    const added = fitting.slice(0, most - kept.length);
    kept = [...kept, ...added];
    const tooLarge = chosen.length - fitting.length;
    const tooMany = fitting.length - added.length;
    show(
      tooLarge ? word("photos-too-large", { n: tooLarge }) : "",
      tooMany ? word("photos-too-many", { n: tooMany }) : "",
    );
    added.forEach((one) => void lighten(one));
  });
}

/** Starts on every `[data-photos]` of the page that it has not started on yet. */
export function previewPhotos(): void {
  document.querySelectorAll<HTMLElement>("[data-photos]:not(:has(.shots))").forEach(watch);
}
