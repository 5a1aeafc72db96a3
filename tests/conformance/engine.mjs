// A module of what plays the suite: in SUITE itself up to 0.4.5, in a folder of its own in the repository since.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export function engine(suite, module) {
  const folder = join(suite, "test-engine");
  return import(pathToFileURL(join(existsSync(folder) ? folder : suite, module)));
}
