#include "verify/verdict.h"

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/nearest.h"
#include "base/printable.h"
#include "base/units.h"

namespace busyhour {
namespace {

using OrderedJson = nlohmann::ordered_json;

// The counts that may be limited, and those that are limited by default.
bool CanBeLimited(std::string_view name) {
  return name != "sent" && name != "received";
}
bool IsLimited(std::string_view name) {
  return CanBeLimited(name) && name != "out_of_order";
}

constexpr int kMostDecimals = 12;

// An exact percentage: `units` of 10^-decimals percent.
struct Percent {
  std::uint64_t units = 0;
  int decimals = 0;
};
std::optional<Percent> ParsePercent(std::string_view text) {
  if (!text.ends_with('%')) return std::nullopt;
  text.remove_suffix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  const std::size_t dot = text.find('.');
  if (dot != std::string_view::npos) {
    if (dot + 1 == text.size()) return std::nullopt;
    while (text.ends_with('0')) text.remove_suffix(1);
  }
  Percent percent;
  std::uint64_t most = 100;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == dot) continue;
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    percent.units =
        percent.units * 10 + static_cast<std::uint64_t>(text[i] - '0');
    ++digits;
    if (i > dot) {
      if (++percent.decimals > kMostDecimals) return std::nullopt;
      most *= 10;
    }
    if (percent.units > most) return std::nullopt;
  }
  if (digits == 0) return std::nullopt;
  return percent;
}

OrderedJson CountsJson(const VerifyCounts& counts) {
  OrderedJson json = OrderedJson::object();
  for (const VerifyCountInfo& info : VerifyCountInfos()) {
    json[std::string(info.name)] = counts.*info.count;
  }
  return json;
}

OrderedJson ByteCountsJson(const ByteCounts& counts) {
  constexpr std::array<const char*, kByteClassCount> kNames = {
      "records", "frame", "blank", "undecodable"};
  OrderedJson json = OrderedJson::object();
  for (std::size_t i = 0; i < counts.size(); ++i) json[kNames[i]] = counts[i];
  return json;
}

double Milliseconds(std::int64_t ns) { return static_cast<double>(ns) / 1e6; }

OrderedJson LatencyJson(const Latency& latency) {
  OrderedJson json = {{"count", latency.ns.count()},
                      {"unreadable", latency.unreadable},
                      {"negative", latency.negative}};
  if (latency.ns.count() > 0) {
    json["min"] = Milliseconds(latency.min_ns);
    for (const LatencyShare& each : kLatencyShares) {
      json[std::string(each.name)] =
          Milliseconds(QuantileOf(latency, each.share));
    }
    json["max"] = Milliseconds(latency.max_ns);
    json["mean"] = latency.ns.mean() / 1e6;
  }
  return json;
}

OrderedJson ExampleJson(const VerifyExample& example) {
  OrderedJson json = {{"kind", example.kind}};
  const auto add = [&json](const char* name, const std::string& value) {
    if (!value.empty()) json[name] = AsUtf8(value);
  };
  if (example.log) add("log", std::string(Info(*example.log).name));
  add("input", example.input);
  if (example.line > 0) json["line"] = example.line;
  add("id", example.id);
  add("time", example.time);
  if (example.kind == "altered") {
    add("field", example.detail);
    json["sent"] = AsUtf8(example.sent);
    json["received"] = AsUtf8(example.received);
  } else {
    add("why", example.detail);
    add("text", example.received);
  }
  return json;
}

}  // namespace

VerifyCounts& VerifyCounts::operator+=(const VerifyCounts& other) noexcept {
  for (const VerifyCountInfo& info : VerifyCountInfos()) {
    this->*info.count += other.*info.count;
  }
  return *this;
}

const std::array<VerifyCountInfo, kVerifyCountCount>& VerifyCountInfos() {
  static const std::array<VerifyCountInfo, kVerifyCountCount> infos = {{
      {"sent", &VerifyCounts::sent, "records of the job"},
      {"received", &VerifyCounts::received, "records that were read"},
      {"lost", &VerifyCounts::lost, "never received"},
      {"duplicated", &VerifyCounts::duplicated, "copies beyond the first"},
      {"altered", &VerifyCounts::altered, "different from what was sent"},
      {"foreign", &VerifyCounts::foreign, "not of this job"},
      {"undecodable", &VerifyCounts::undecodable, "not a record"},
      {"out_of_order", &VerifyCounts::out_of_order,
       "received after a record that was sent later"},
  }};
  return infos;
}

Allowance::Allowance() {
  for (std::size_t i = 0; i < limits_.size(); ++i) {
    limits_[i].limited = IsLimited(VerifyCountInfos()[i].name);
  }
}

void Allowance::Read(const std::string& words, std::vector<Problem>& problems) {
  std::vector<std::string_view> names;
  for (const VerifyCountInfo& info : VerifyCountInfos()) {
    if (CanBeLimited(info.name)) names.push_back(info.name);
  }
  const auto refuse = [&problems](std::string message) {
    problems.push_back({"--allow", 0, 0, "", std::move(message)});
  };
  std::size_t begin = 0;
  while (begin <= words.size()) {
    const std::size_t end = std::min(words.find(',', begin), words.size());
    const std::string word = words.substr(begin, end - begin);
    begin = end + 1;
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) {
      refuse("\"" + word + "\" does not have the form lost=0 or lost=0.01%");
      continue;
    }
    const std::string name = word.substr(0, equals);
    const std::string amount = word.substr(equals + 1);
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      std::string hint = DidYouMean(name, names);
      if (hint.empty()) {
        hint =
            "; it is one of lost, duplicated, altered, foreign, "
            "undecodable and out_of_order";
      }
      refuse("\"" + name + "\" is not a count of the verdict" + hint);
      continue;
    }
    std::size_t index = 0;
    while (VerifyCountInfos()[index].name != name) ++index;
    Limit& limit = limits_[index];
    limit.limited = true;
    if (const auto share = ParsePercent(amount)) {
      limit.is_share = true;
      limit.most = share->units;
      limit.decimals = share->decimals;
    } else if (const auto count = ParseCount(amount)) {
      limit.is_share = false;
      limit.most = *count;
    } else {
      refuse("\"" + amount +
             "\" is neither a whole number, such as 10, nor a share of the "
             "sent records from 0% to 100%, such as 0.01%");
    }
  }
}

bool Allowance::IsExceeded(const Limit& limit, std::uint64_t count,
                           std::uint64_t sent) {
  if (!limit.is_share) return count > limit.most;
  // count / sent > most / (100 * 10^decimals), in whole numbers.
  __extension__ using Wide = unsigned __int128;
  Wide whole = 100;
  for (int i = 0; i < limit.decimals; ++i) whole *= 10;
  return count * whole > limit.most * Wide{sent};
}

std::vector<std::string_view> Allowance::Exceeded(
    const Verdict& verdict) const {
  std::vector<std::string_view> kinds;
  for (std::size_t i = 0; i < limits_.size(); ++i) {
    const Limit& limit = limits_[i];
    if (!limit.limited) continue;
    const VerifyCountInfo& info = VerifyCountInfos()[i];
    if (IsExceeded(limit, verdict.total.*info.count, verdict.total.sent)) {
      kinds.push_back(info.name);
    }
  }
  return kinds;
}

std::int64_t QuantileOf(const Latency& latency, double share) {
  return std::clamp(latency.ns.Quantile(share), latency.min_ns, latency.max_ns);
}

std::string VerdictJson(const Verdict& verdict, const Allowance& allowance) {
  const std::vector<std::string_view> exceeded = allowance.Exceeded(verdict);
  OrderedJson json = {
      {"passed", exceeded.empty() && verdict.nothing_asked.empty()}};
  if (!verdict.nothing_asked.empty()) {
    json["nothing_asked"] = AsUtf8(verdict.nothing_asked);
  }
  json["exceeded"] = exceeded;
  json["total"] = CountsJson(verdict.total);
  for (const LogInfo& log : Logs()) {
    json["logs"][std::string(log.name)] = CountsJson(verdict.logs[log.log]);
  }
  json["calls"] = verdict.calls;
  json["bytes"] = verdict.bytes;
  json["bytes_of"] = ByteCountsJson(verdict.byte_counts);
  json["early"] = verdict.early;
  json["out_of_order_ms"] = verdict.out_of_order_ms;
  if (verdict.latency) json["latency_ms"] = LatencyJson(*verdict.latency);
  for (const LogInfo& log : Logs()) {
    OrderedJson& fields = json["altered_fields"][std::string(log.name)];
    fields = OrderedJson::object();
    for (const auto& [name, count] : verdict.altered_fields[log.log]) {
      fields[std::string(name)] = count;
    }
  }
  json["examples"] = OrderedJson::array();
  for (const VerifyExample& example : verdict.examples) {
    json["examples"].push_back(ExampleJson(example));
  }
  return json.dump();
}

}  // namespace busyhour
