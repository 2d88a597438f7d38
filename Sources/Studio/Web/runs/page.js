import { get } from "/web/shared/api.js";
