/** Joins the parts of the reading room: the record opens items, images go into the text, keys lead everywhere. */
import { startKeys } from "./keys";
import { startLater } from "./later";
import { startPictures } from "./pictures";
import { Stage } from "./stage";
import { startStanding } from "./standing";

startLater();

const root = document.getElementById("stage");
if (root) {
  const stage = new Stage(root);
  startPictures(stage);
  startStanding();
  startKeys(stage);
}
