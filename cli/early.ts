import { beginEarly } from "./begin-early";

beginEarly(process.argv.slice(2));
