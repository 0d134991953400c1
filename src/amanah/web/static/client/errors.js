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
