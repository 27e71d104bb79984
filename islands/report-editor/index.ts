/** Registers `<report-editor>`. */
import { ReportEditor } from "./element";

if (!customElements.get("report-editor")) customElements.define("report-editor", ReportEditor);
