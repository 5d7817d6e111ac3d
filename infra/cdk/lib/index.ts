export { Countermand, type CountermandProps } from "./countermand.js";
