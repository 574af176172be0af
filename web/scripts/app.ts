/** Loaded by every page. Each part looks for its own attribute and does nothing where it is absent. */

import { keepDrafts } from "./draft";
import { startIslands } from "./island";
import { letLookChange } from "./look";
import { letCopy } from "./copy";
import { letLocate } from "./place";
import { previewPhotos } from "./photos";
import { lookBeforeSending } from "./twins";
import { askForPlaces } from "./spoken";

letLookChange();
keepDrafts();
previewPhotos();
letLocate();
askForPlaces();
letCopy();
lookBeforeSending();
startIslands();

// Parts swapped in bring their own photos, maps and charts.
document.addEventListener("lx:swapped", () => {
  previewPhotos();
  startIslands();
});
