/** A place in a form: hidden inputs `lon` and `lat` inside `[data-place]`, in WGS-84 degrees with six decimals. */

import { word } from "./words";

const DECIMALS = 6;
const PATIENCE_MS = 15_000;

/** Writes a position into the form's inputs and says so in its `output[data-place-said]`. */
export function setPlace(box: Element, lon: number, lat: number, said: string): void {
  const put = (name: string, value: number): void => {
    const input = box.querySelector<HTMLInputElement>(`input[name="${name}"]`);
    if (input) input.value = value.toFixed(DECIMALS);
  };
  put("lon", lon);
  put("lat", lat);
  say(box, said);
}

/** The position now in the form, if there is one. */
export function placeOf(box: Element): [number, number] | undefined {
  const value = (name: string): string => box.querySelector<HTMLInputElement>(`input[name="${name}"]`)?.value ?? "";
  const [lon, lat] = [value("lon"), value("lat")];
  return lon && lat ? [Number(lon), Number(lat)] : undefined;
}

function say(box: Element, said: string): void {
  const output = box.querySelector<HTMLOutputElement>("[data-place-said]");
  if (output) output.value = said;
}

function reason(error: GeolocationPositionError): string {
  if (error.code === error.PERMISSION_DENIED) return word("place-refused");
  if (error.code === error.TIMEOUT) return word("place-slow");
  return word("place-unknown");
}

/** Makes every `[data-locate]` button fill its `[data-place]`; hides it where the browser cannot. */
export function letLocate(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-locate]")) {
    const box = button.closest("[data-place]");
    if (!box || !("geolocation" in navigator)) {
      button.hidden = true;
      continue;
    }
    button.addEventListener("click", () => {
      button.disabled = true;
      say(box, word("place-locating"));
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          button.disabled = false;
          setPlace(box, coords.longitude, coords.latitude, word("place-found", { metres: Math.round(coords.accuracy) }));
          box.dispatchEvent(new CustomEvent("lx:place", { bubbles: true }));
        },
        (error) => {
          button.disabled = false;
          say(box, reason(error));
        },
        { enableHighAccuracy: true, timeout: PATIENCE_MS },
      );
    });
  }
}
