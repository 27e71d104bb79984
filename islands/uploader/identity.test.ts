/** F.3: the same person is recognised however a clinic wrote her name, and another person never passes. */
import { describe, expect, it } from "vitest";
import { compareDates, compareIdentity, compareNames } from "./identity";

const rosa = { name: "DELGADO^ROSA", birthDate: "1971-03-14", sex: "F" };
const verdict = (found: Partial<typeof rosa>, patient = rosa) => compareIdentity(patient, { ...patient, ...found }).verdict;

describe("names", () => {
  it.each([
    ["DELGADO^ROSA", "Delgado^Rosa"], ["DELGADO^ROSA", "Delgado, Rosa"], ["DELGADO^ROSA", "Rosa Delgado"],
    ["DELGADO^ROSA", "ROSA^DELGADO"], ["DELGADO^ROSA", "DELGADO^ROSA^MARIA"], ["DELGADO^ROSA", "DELGADO^ROSA^^DR"],
    ["MUELLER^HANS", "Müller^Hans"], ["Müller^Hans", "MULLER^HANS"], ["GARCÍA^JOSÉ", "GARCIA^JOSE"],
    ["de la Cruz^Ana", "CRUZ^ANA"], ["van der Berg^Jan", "BERG^JAN"], ["O'NEIL^PAT", "ONEIL^PAT"],
    ["Meyer-Schmidt^Eva", "SCHMIDT MEYER^EVA"], ["Łukasz^Piotr", "LUKASZ^PIOTR"], ["Yamada^Tarou", "Yamada^Tarou=山田^太郎=やまだ^たろう"],
    ["山田^太郎", "Yamada^Tarou=山田^太郎"],
  ])("%s is %s", (a, b) => expect(compareNames(a, b)).toBe("good"));

  it.each([
    ["DELGADO^ROSA", "DELGADO^ROSARIO", "far"], ["DELGADO^ROSA", "OKOYE^JOHN", "far"], ["DELGADO^ROSA", "DELGAOD^ROSA", "close"],
    ["DELGADO^ROSA", "DELGADO^R", "close"], ["GARCIA^ANA", "GARCIA LOPEZ^ANA", "close"], ["DELGADO^ROSA", "HANSEN^ROSA", "family-differs"],
    ["DELGADO^ROSA", "", "missing"], ["DELGADO^ROSA", "ANON", "missing"], ["DELGADO^ROSA", "Anonymized^", "missing"],
  ])("%s and %s are %s", (a, b, expected) => expect(compareNames(a, b)).toBe(expected));

  it("compares the same way in both directions", () => {
    const names = ["DELGADO^ROSA", "ROSA^DELGADO", "DELGADO^R", "HANSEN^ROSA", "GARCIA LOPEZ^ANA", "GARCIA^ANA", "", "Delgado Rosa"];
    for (const a of names) for (const b of names) expect(compareNames(a, b), `${a} / ${b}`).toBe(compareNames(b, a));
  });
});

describe("birth dates", () => {
  it("knows both spellings, a swap of day and month, and dates that stand for unknown", () => {
    expect(compareDates("1971-03-14", "19710314")).toBe("equal");
    expect(compareDates("1971-03-04", "19710403")).toBe("swapped");
    expect(compareDates("1971-03-14", "19000101")).toBe("missing");
    expect(compareDates("1971-03-14", "")).toBe("missing");
    expect(compareDates("1971-03-14", "19710315")).toBe("different");
  });
});

describe("verdicts", () => {
  it("matches a good name with an equal birth date", () => expect(verdict({})).toBe("match"));
  it("needs a look for one soft difference", () => {
    expect(verdict({ name: "HANSEN^ROSA" })).toBe("look");
    expect(verdict({ birthDate: "" })).toBe("look");
    expect(verdict({ name: "DELGADA^ROSA" })).toBe("look");
    expect(verdict({ sex: "M" })).toBe("look");
    expect(verdict({ birthDate: "19710403" }, { ...rosa, birthDate: "1971-03-04" })).toBe("look");
    expect(verdict({ name: "ANON", birthDate: "" })).toBe("look");
  });
  it("calls another person a conflict: relative, twin, father and son, sex with another difference", () => {
    expect(verdict({ name: "DELGADO^ROSARIO", birthDate: "19440902" })).toBe("conflict");
    expect(verdict({ name: "DELGADO^LUISA" })).toBe("conflict");
    expect(verdict({ birthDate: "19440314" })).toBe("conflict");
    expect(verdict({ name: "DELGADA^ROSA", sex: "M" })).toBe("conflict");
    expect(verdict({ name: "DELGADA^ROSA", birthDate: "" })).toBe("conflict");
    expect(verdict({ name: "HANSEN^ROSA", birthDate: "" })).toBe("conflict");
  });
  it("does not hold an unknown sex against anyone", () => expect(verdict({ sex: "O" })).toBe("match"));
  it("says which facts differ", () =>
    expect(compareIdentity(rosa, { name: "HANSEN^ROSA", birthDate: "", sex: "M" }).differs).toEqual(["name", "birthDate", "sex"]));
});
