/** The foreseen failures on a device, each with a code that a page can put into words; no message holds a code, key, pass or answer. */
/** A rule of the protocol does not hold; `evidence` is public material that a member may show to others. */
export class ClientError extends Error {
    code;
    evidence;
    constructor(code, evidence = null) {
        super(code);
        this.name = "ClientError";
        this.code = code;
        this.evidence = evidence;
    }
}
