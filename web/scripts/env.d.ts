/** The worker's hashed file name, put in by build.mjs. */
declare const WORKER_FILE: string;

/** Style sheets imported by a script arrive as text. */
declare module "*.css" {
  const text: string;
  export default text;
}
