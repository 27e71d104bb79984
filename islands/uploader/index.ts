/** Registers `<konsil-uploader>`. */
import { KonsilUploader } from "./element";

if (!customElements.get("konsil-uploader")) customElements.define("konsil-uploader", KonsilUploader);
