import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./style.css";
import { connectMesh } from "./mesh-connection.ts";
import { applyTheme, readTheme } from "./theme.ts";
import { App } from "./view/app.tsx";

applyTheme(readTheme());
render(<App mesh={connectMesh()} />, document.getElementById("app") as HTMLElement);
