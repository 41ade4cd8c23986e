export interface Bar {
  name: string;
  /** 0 to 1. */
  share: number;
  figure: string;
  detail?: string;
}

/** Shares as horizontal bars: a table whose figures are always visible. */
export function Bars({ label, bars }: { label: string; bars: readonly Bar[] }) {
  const largest = Math.max(...bars.map((bar) => bar.share), 0.0001);
  return (
    <table class="bars">
      <caption class="hidden">{label}</caption>
      <tbody>
        {bars.map((bar) => (
          <tr key={bar.name}>
            <th scope="row">
              <span class="bar" style={{ width: `${(bar.share / largest) * 100}%` }} />
              <span class="bar-name">{bar.name}</span>
            </th>
            <td>
              {bar.figure}
              {bar.detail && <span class="quiet"> {bar.detail}</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
