/** Photos made fit to travel: what a phone's camera gives is many times what the program keeps. */

/** The longer side that the program keeps, in pixels. */
const LONGEST = 1600;
const SMALL_ENOUGH = 500_000;

/** The photo, turned upright and no larger than the program keeps it; as it was where the browser cannot read it. */
export async function shrink(file: File): Promise<File> {
  if (file.size <= SMALL_ENOUGH) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const smaller = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    return smaller && smaller.size < file.size ? new File([smaller], file.name, { type: smaller.type }) : file;
  } catch {
    return file;
  }
}
