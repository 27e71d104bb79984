/** The queue: four at a time, patient without a network, and one refusal never stops the others. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

type Options = { metadata: Record<string, string>; onSuccess(): void; onError(error: Error): void; onShouldRetry(error: Error): boolean; chunkSize: number };
type Double = { options: Options; aborted: boolean; started: number };
const made: Double[] = [];

vi.mock("tus-js-client", () => ({
  Upload: class {
    aborted = false;
    started = 0;
    constructor(_: unknown, readonly options: Options) { made.push(this as unknown as Double); }
    start() { this.started += 1; }
    async abort() { this.aborted = true; }
    async findPreviousUploads() { return []; }
    resumeFromPreviousUpload() { /* none */ }
  },
}));

const { BIG, Sender } = await import("./send");
type Item = import("./state").Item;

const items = (count: number, size = 10): Item[] => Array.from({ length: count }, (_, i) =>
  ({ id: `i${i}`, path: `CD/IM${i}`, file: new File(["x"], `IM${i}`), size, kind: "image", state: "ready", passed: 0 }));
const failed = (status: number, words = "", url = "http://h/uploads/") => Object.assign(new Error("tus"), {
  originalResponse: status ? { getStatus: () => status, getBody: () => words, getHeader: () => (words ? "text/plain" : "text/html"), getUnderlyingObject: () => ({ responseURL: url }) } : null,
});
const states = (list: Item[]) => list.map((item) => item.state);
const settle = () => new Promise((done) => setTimeout(done));

let emptied = vi.fn();
let sender: InstanceType<typeof Sender>;

beforeEach(() => {
  made.length = 0;
  emptied = vi.fn();
  sender = new Sender({ endpoint: "/uploads/", parcel: "P", changed: () => undefined, emptied });
});
afterEach(() => sender.close());

describe("sending", () => {
  it("sends four at a time and says when all are through", async () => {
    const list = items(6);
    sender.enqueue(list);
    expect(made).toHaveLength(4);
    for (let i = 0; i < 6; i++) made[i]!.options.onSuccess();
    expect(states(list).every((state) => state === "sent")).toBe(true);
    expect(emptied).toHaveBeenCalledTimes(1);
  });

  it("tells path, name and parcel, and that a person claimed a doubtful study", () => {
    const [item] = items(1);
    item!.study = { choice: "mine" } as NonNullable<Item["study"]>;
    sender.enqueue([item!]);
    expect(made[0]!.options.metadata).toMatchObject({ filename: "IM0", relativePath: "CD/IM0", parcel: "P", claim: "mine" });
  });

  it("keeps the server's reason for one file and goes on with the others", () => {
    const list = items(5);
    sender.enqueue(list);
    made[0]!.options.onError(failed(415, "This PDF has a password."));
    expect([list[0]!.state, list[0]!.why, made.length]).toEqual(["refused", "This PDF has a password.", 5]);
  });

  it("waits without a network, loses nothing, and goes on by itself with one file first", async () => {
    vi.useFakeTimers();
    const list = items(6);
    sender.enqueue(list);
    made[0]!.options.onError(failed(0));
    expect([sender.mode, states(list).filter((state) => state === "queued").length]).toEqual(["offline", 6]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(states(list).filter((state) => state === "sending")).toHaveLength(1);
    made[4]!.options.onSuccess();
    expect(states(list).filter((state) => state === "sending")).toHaveLength(4);
    vi.useRealTimers();
  });

  it("lets small files through when paused, so that they do not come twice, and stops big ones", async () => {
    const small = items(1);
    const [big] = items(1, BIG + 1);
    big!.id = "big";
    sender.enqueue([...small, big!]);
    await settle();
    sender.pause();
    expect(made.map((upload) => upload.aborted)).toEqual([false, true]);
    made[0]!.options.onSuccess();
    expect([small[0]!.state, big!.state, sender.mode]).toEqual(["sent", "queued", "paused"]);
    sender.resume();
    await settle();
    expect([made.length, made[1]!.started]).toEqual([2, 2]);
  });

  it.each([
    ["401", failed(401), "signed-out"], ["a page that leads to sign-in", failed(200, "", "http://h/account/login/?next=/x"), "signed-out"],
    ["a PATCH led to sign-in", failed(405, "", "http://h/account/login/?next=/x"), "signed-out"],
    ["a permission that was withdrawn", failed(403, "Rosa Delgado has withdrawn her permission. Please send nothing more."), "stopped"],
  ])("stops the whole line for %s", (_, error, mode) => {
    const list = items(6);
    sender.enqueue(list);
    made[0]!.options.onError(error);
    expect([sender.mode, made.length]).toEqual([mode, 4]);
    if (mode === "stopped") expect(sender.stoppedWhy).toContain("withdrawn");
  });

  it("says why the server cannot just now instead of blaming the network", () => {
    sender.enqueue(items(1));
    made[0]!.options.onError(failed(507, "There is no room at the moment. We have been told; try later."));
    expect([sender.mode, sender.waitWhy]).toEqual(["offline", "There is no room at the moment. We have been told; try later."]);
  });

  it("retries faults of the server, never refusals", () => {
    sender.enqueue(items(1));
    const ask = (status: number) => made[0]!.options.onShouldRetry(failed(status));
    expect([ask(502), ask(409), ask(423), ask(415), ask(403), ask(0)]).toEqual([true, true, true, false, false, false]);
  });
});
