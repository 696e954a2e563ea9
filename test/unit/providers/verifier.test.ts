import assert from "node:assert/strict";
import { scramVerifier } from "../../../providers/database/verifier";

describe("scramVerifier", () => {
  it("is what PostgreSQL itself would keep", async () => {
    // Salt and keys of RFC 7677's example: user "user", password "pencil".
    const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
    assert.equal(
      await scramVerifier("pencil", salt),
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$" +
        "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
    );
  });

  it("takes another salt each time", async () => {
    assert.notEqual(await scramVerifier("pencil"), await scramVerifier("pencil"));
  });
});
