/** Checks the whole public log in the reader's own browser (spec/public_log.md 4) and says in the page's words what was found, and where. */

/*
What the page that loads this script must hold. Words stand in the page alone; this script shows one state at a time
(`data-state`), and puts figures into `data-fill`. A state's element may stand anywhere inside the section, more than once.

  <script type="application/json" id="amanah-facts">{{ facts() }}</script>
  <script type="module" src="{{ static("client/pages/log_check.js") }}"></script>

  <section id="log-check" data-states hidden>          shown by this script: without it there is no button that does nothing
    <button type="button" id="log-check-start">        begins; rests while the check runs; may be pressed again
    <progress id="log-check-progress" hidden aria-label="…"></progress>
    <div id="log-check-result" role="status">          everything below; what appears here is read out
      data-state="checking"                            the check runs

      data-state="valid"                               everything holds. Fills: size, root, witnessed (cosignatures by known
                                                       witnesses), needed (how many the policy asks for), alive-at (a moment)
      data-state="unwitnessed"                         beside "valid": the policy asks for no witness
      data-state="first"                               beside "valid": this device remembers nothing to compare with
      data-state="continued"                           beside "valid": the log begins with what this device saw. Fill: seen-size
      data-state="stale"                               beside "valid": no sign of life for 26 hours; an old copy? Fill: alive-at

      data-state="log-unreachable"                     no answer, or files that vanish again and again
      data-state="connection-not-secure"               the browser lends its arithmetic to no page without https
      data-state="browser-too-old"                     the browser cannot check Ed25519 signatures
      data-state="log-not-valid"                       something is broken; one of the `broken-…` below says what
      data-state="log-shrank"                          smaller than what this device saw. Fills: seen-size, seen-root, size, root
      data-state="log-rewritten"                       another past than this device saw (a fork). Fills: the same four
      data-state="log-not-witnessed"                   too few cosignatures. Fills: witnessed, needed, size, root

      data-state="at-file"                             beside a failure: where. Fill: file (a path below the log's address)
      data-state="at-entry"                            beside a failure: where. Fill: entry (its index, counted from 0)
      data-state="broken-checkpoint"                   the checkpoint cannot be read, or is of another log
      data-state="broken-signature"                    the log's signature under the checkpoint is missing or wrong
      data-state="broken-cosignature"                  a known witness's line is wrong. Fill: witness (its name)
      data-state="broken-bundle"                       a file of entries is missing, cut off or too short
      data-state="broken-tile"                         a hash tile is missing, or differs from the entries that the log signed
      data-state="broken-root"                         the entries do not have the root that the log signed
      data-state="broken-entry"                        an entry is not of the one form that it may have
      data-state="broken-office"                       an entry is by an office that was not admitted before
      data-state="broken-entry-signature"              an entry was not signed by the office that it names

      data-state="evidence"                            public material that shows it. Fill: evidence, in <pre dir="ltr" tabindex="0">
        <button type="button" data-act="copy-evidence">   and a state "copied" beside it, shown once it is on the clipboard

Roots and paths are the same in every language: let their elements have dir="ltr".
*/

// The check itself follows in the next commit.
document.getElementById("log-check")?.setAttribute("hidden", "");
