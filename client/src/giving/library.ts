/** The part of the giver's page that is loaded only where something is signed: linked data in canonical form, with the contexts that the build put in. */

import contexts from "amanah:contexts";
import { makeCanonizer } from "./canonical.js";

export const canonize = makeCanonizer(contexts);
