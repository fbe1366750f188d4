// Runs Microsoft's language service for KQL. Each input line is a text as JSON.
// Answers with a line: the text's kind, its problems, and the columns of its
// result.
//
//   NODE_PATH=.../node_modules node kusto_check.js

require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');

const { KustoCode, GlobalState } = Kusto.Language;

function list(items) {
  return items ? Array.from({ length: items.Count }, (_, i) => items.getItem(i))
               : [];
}

function check(text) {
  const code = KustoCode.ParseAndAnalyze(text, GlobalState.Default);
  const columns = code.ResultType && code.ResultType.Columns;
  return {
    kind: code.Kind,
    problems: list(code.GetDiagnostics()).map(
        each => `${each.Message} at ${text.substr(each.Start, 40)}`),
    columns: list(columns).map(each => [each.Name, each.Type.Name]),
  };
}

require('readline').createInterface({ input: process.stdin }).on(
    'line', line => console.log(JSON.stringify(check(JSON.parse(line)))));
