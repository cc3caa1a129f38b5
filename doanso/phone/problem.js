// A named refusal: what went wrong, as a code that never changes its meaning. Sentences are the screens' or the server's.
// @ts-check

export class Problem extends Error {
  /**
   * @param {string} code
   * @param {{message?: string, field?: string, status?: number, more?: any}} [rest]
   */
  constructor(code, rest = {}) {
    super(rest.message || "");
    this.name = "Problem";
    this.code = code;
    this.field = rest.field || "";
    this.status = rest.status || 0;
    this.more = rest.more || {};
  }
}

/**
 * Whether a failure bears that name.
 * @param {any} error @param {...string} codes
 */
export function isProblem(error, ...codes) {
  return error instanceof Problem && (codes.length === 0 || codes.includes(error.code));
}
