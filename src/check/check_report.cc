#include "check/check_report.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/printable.h"

namespace busyhour::internal {
namespace {

std::string XmlText(std::string_view text) {
  std::string xml;
  // Control characters are not allowed in XML, even as references.
  for (const char c : Printable(text)) {
    switch (c) {
      case '&':
        xml += "&amp;";
        break;
      case '<':
        xml += "&lt;";
        break;
      case '>':
        xml += "&gt;";
        break;
      case '"':
        xml += "&quot;";
        break;
      default:
        xml += c;
    }
  }
  return xml;
}

std::string Attribute(std::string_view name, std::string_view value) {
  return ' ' + std::string(name) + "=\"" + XmlText(value) + '"';
}

// Source: GitHub, "Workflow commands for GitHub Actions": `%` and line ends are
// percent-encoded; in properties, `:` and `,` are too.
std::string CommandText(std::string_view text, std::string_view special) {
  std::string encoded;
  for (const char c : text) {
    if (c == '%' || c == '\r' || c == '\n' || special.find(c) != special.npos) {
      std::array<char, 4> code;
      std::snprintf(code.data(), code.size(), "%%%02X",
                    static_cast<unsigned char>(c));
      encoded += code.data();
    } else {
      encoded += c;
    }
  }
  return encoded;
}

std::string NameOf(const CheckReport& report) {
  return "busyhour " + report.command;
}

}  // namespace

bool AllPassed(std::span<const Check> checks) noexcept {
  return std::all_of(checks.begin(), checks.end(),
                     [](const Check& check) { return check.passed; });
}

std::string ChecksText(std::span<const Check> checks, std::size_t width) {
  std::string text;
  for (const Check& check : checks) {
    const std::string_view word = check.passed ? "passed" : "FAILED";
    text += "  ";
    text += word;
    text.append(std::max(width, word.size() + 1) - word.size(), ' ');
    text += check.name + ": " + check.found + '\n';
  }
  return text;
}

nlohmann::ordered_json ChecksJson(std::span<const Check> checks) {
  auto json = nlohmann::ordered_json::array();
  for (const Check& check : checks) {
    json.push_back({{"name", check.name},
                    {"passed", check.passed},
                    {"found", check.found}});
  }
  return json;
}

std::string JUnitXml(const CheckReport& report) {
  const auto failures =
      std::count_if(report.checks.begin(), report.checks.end(),
                    [](const Check& check) { return !check.passed; });
  std::array<char, 32> time;
  std::snprintf(time.data(), time.size(), "%.3f", report.seconds);
  const std::string counts =
      Attribute("tests", std::to_string(report.checks.size())) +
      Attribute("failures", std::to_string(failures)) +
      Attribute("errors", "0") + Attribute("time", time.data());
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" +
                    Attribute("name", NameOf(report)) + counts +
                    ">\n  <testsuite" + Attribute("name", NameOf(report)) +
                    Attribute("skipped", "0") + counts + ">\n";
  for (const Check& check : report.checks) {
    xml += "    <testcase" +
           Attribute("classname", "busyhour." + report.command) +
           Attribute("name", check.name) + Attribute("time", "0");
    if (check.passed) {
      xml += "/>\n";
      continue;
    }
    xml += ">\n      <failure" + Attribute("message", check.found) +
           Attribute("type", "threshold") + '>' +
           XmlText(report.subject + ": " + check.name + ": " + check.found) +
           "</failure>\n    </testcase>\n";
  }
  return xml + "  </testsuite>\n</testsuites>\n";
}

std::string GitHubAnnotations(const CheckReport& report) {
  std::string text;
  for (const Check& check : report.checks) {
    if (check.passed) continue;
    text += "::error title=" +
            CommandText(NameOf(report) + ": " + check.name, ":,") +
            "::" + CommandText(report.subject + ": " + check.found, "") + '\n';
  }
  return text;
}

}  // namespace busyhour::internal
