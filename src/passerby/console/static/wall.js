// Live pictures on the pages of the cameras.
import { start } from "./tiles.js";

start();
