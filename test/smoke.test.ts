import { version } from "heddle";
import { expect, test } from "vitest";

test("the packages have one version", () => {
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});
