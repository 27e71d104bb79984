/** Registers `<signature-pad>`. */
import { SignaturePad } from "./element";

if (!customElements.get("signature-pad")) customElements.define("signature-pad", SignaturePad);
