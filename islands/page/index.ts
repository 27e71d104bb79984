/** What every page loads: htmx for a strict content policy, and small behaviours asked for by attributes. */
import { startAutosave } from "./autosave";
import { startCopy } from "./copy";
import { startDialogs } from "./dialogs";
import { startErrors } from "./errors";
import { startGuard } from "./guard";
import { startHtmx } from "./htmx";
import { startListKeys } from "./list-keys";
import { startLive } from "./live";
import { startLock } from "./lock";
import { startTrack } from "./track";
import { startWritingKeys } from "./writing-keys";

startHtmx();
startGuard();
startAutosave();
startLive();
startLock();
startDialogs();
startCopy();
startErrors();
startListKeys();
startWritingKeys();
startTrack();
