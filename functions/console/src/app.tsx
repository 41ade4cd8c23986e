import { lazy, Suspense } from "preact/compat";
import { useEffect, useRef, useState } from "preact/hooks";
import { Link, Route, Switch, useLocation } from "wouter-preact";
import { applyTheme, storedTheme, type Theme } from "./charts/scheme";
import { Discover } from "./pages/discover";
import { Icon, type IconName } from "./ui/icons";
import { Page } from "./ui/page";
import { Notice, Skeleton } from "./ui/states";

const CreatorPage = lazy(() => import("./pages/creator/page").then((m) => ({ default: m.CreatorPage })));
const SystemPage = lazy(() => import("./pages/system").then((m) => ({ default: m.SystemPage })));
const Compare = lazy(() => import("./pages/compare").then((m) => ({ default: m.Compare })));
const Campaigns = lazy(() => import("./pages/campaigns").then((m) => ({ default: m.Campaigns })));
const CampaignPage = lazy(() => import("./pages/campaign").then((m) => ({ default: m.CampaignPage })));
const Account = lazy(() => import("./pages/account").then((m) => ({ default: m.Account })));

const SECTIONS: readonly { path: string; name: string; icon: IconName }[] = [
  { path: "/", name: "Discover", icon: "search" },
  { path: "/compare", name: "Compare", icon: "compare" },
  { path: "/campaigns", name: "Campaigns", icon: "campaign" },
  { path: "/system", name: "System", icon: "system" },
  { path: "/account", name: "Account", icon: "account" },
];

export function App() {
  const [location] = useLocation();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    // A change of page moves the focus to its content, as a page load does; queries in the address do not.
    if (!first.current) main.current?.focus();
    first.current = false;
  }, [location]);
  return (
    <div class="shell">
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="side">
        <Link href="/" class="brand">
          <img src="/icon.svg" alt="" width={28} height={28} />
          Creator Search
        </Link>
        <nav aria-label="Sections">
          {SECTIONS.map(({ path, name, icon }) => (
            <Link key={path} href={path} class="section" aria-current={isCurrent(location, path) ? "page" : undefined}>
              <Icon name={icon} />
              {name}
            </Link>
          ))}
        </nav>
        <ThemeButton />
        <a class="docs" href="/docs">
          API reference
        </a>
      </header>
      <main id="content" ref={main} tabIndex={-1}>
        <Suspense fallback={<Skeleton rows={4} />}>
          <Switch>
            <Route path="/" component={Discover} />
            <Route path="/creators/:username">{({ username }) => <CreatorPage key={username} username={username} />}</Route>
            <Route path="/compare" component={Compare} />
            <Route path="/campaigns" component={Campaigns} />
            <Route path="/campaigns/:id">{({ id }) => <CampaignPage key={id} id={id} />}</Route>
            <Route path="/system" component={SystemPage} />
            <Route path="/account" component={Account} />
            <Route>
              <Page title="Page not found">
                <Notice icon="search" title="There is no page at this address">
                  <Link href="/" class="button">
                    Go to Discover
                  </Link>
                </Notice>
              </Page>
            </Route>
          </Switch>
        </Suspense>
      </main>
    </div>
  );
}

function isCurrent(location: string, path: string): boolean {
  if (path === "/") return location === "/" || location.startsWith("/creators/");
  return location === path || location.startsWith(`${path}/`);
}

const NEXT: Record<Theme, Theme> = { auto: "light", light: "dark", dark: "auto" };

function ThemeButton() {
  const [theme, setTheme] = useState(storedTheme);
  return (
    <button
      type="button"
      class="section theme"
      onClick={() => {
        applyTheme(NEXT[theme]);
        setTheme(NEXT[theme]);
      }}
    >
      <Icon name="theme" />
      <span>
        <span class="hidden">Theme: </span>
        {theme === "auto" ? "System theme" : theme === "light" ? "Light theme" : "Dark theme"}
      </span>
    </button>
  );
}
