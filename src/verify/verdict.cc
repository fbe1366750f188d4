#include "verify/verdict.h"

#include <algorithm>

#include "base/nearest.h"
#include "base/units.h"
#include "profile/json.h"

namespace busyhour {
namespace {

// Those that may be limited, and those that are unless something is said.
bool CanBeLimited(std::string_view name) {
  return name != "sent" && name != "received";
}
bool IsLimited(std::string_view name) {
  return CanBeLimited(name) && name != "out_of_order";
}

constexpr int kMostDecimals = 12;

// A share to the last digit, as it is written: `units` of 10^-decimals percent.
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

std::string CountsJson(const VerifyCounts& counts) {
  std::string text = "{";
  for (const VerifyCountInfo& info : VerifyCountInfos()) {
    if (text.size() > 1) text += ',';
    text += JsonString(info.name) + ':' + std::to_string(counts.*info.count);
  }
  return text + '}';
}

std::string ByteCountsJson(const ByteCounts& counts) {
  constexpr std::array<std::string_view, kByteClassCount> kNames = {
      "records", "frame", "blank", "undecodable"};
  std::string text = "{";
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (i > 0) text += ',';
    text += JsonString(kNames[i]) + ':' + std::to_string(counts[i]);
  }
  return text + '}';
}

// Nanoseconds as milliseconds.
std::string Milliseconds(std::int64_t ns) {
  return JsonNumber(static_cast<double>(ns) / 1e6);
}

std::string LatencyJson(const Latency& latency) {
  std::string text = "{\"count\":" + std::to_string(latency.ns.count()) +
                     ",\"unreadable\":" + std::to_string(latency.unreadable) +
                     ",\"negative\":" + std::to_string(latency.negative);
  if (latency.ns.count() > 0) {
    text += ",\"min\":" + Milliseconds(latency.min_ns);
    for (const LatencyShare& each : kLatencyShares) {
      text += ',' + JsonString(each.name) + ':' +
              Milliseconds(QuantileOf(latency, each.share));
    }
    text += ",\"max\":" + Milliseconds(latency.max_ns) +
            ",\"mean\":" + JsonNumber(latency.ns.mean() / 1e6);
  }
  return text + '}';
}

std::string ExampleJson(const VerifyExample& example) {
  std::string text = "{\"kind\":" + JsonString(example.kind);
  const auto add = [&text](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    text += ',' + JsonString(name) + ':' + JsonString(value);
  };
  if (example.log) add("log", std::string(Info(*example.log).name));
  add("input", example.input);
  if (example.line > 0) text += ",\"line\":" + std::to_string(example.line);
  add("id", example.id);
  add("time", example.time);
  if (example.kind == "altered") {
    add("field", example.detail);
    text += ",\"sent\":" + JsonString(example.sent) +
            ",\"received\":" + JsonString(example.received);
  } else {
    add("why", example.detail);
    add("text", example.received);
  }
  return text + '}';
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
      {"altered", &VerifyCounts::altered, "not as they were sent"},
      {"foreign", &VerifyCounts::foreign, "not of this job"},
      {"undecodable", &VerifyCounts::undecodable, "not a record at all"},
      {"out_of_order", &VerifyCounts::out_of_order,
       "later than one sent after them"},
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
      refuse("\"" + word + "\" is not of the form lost=0 or lost=0.01%");
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
             "\" is neither a whole number, such as 10, nor a "
             "share of what was sent from 0% to 100%, such as 0.01%");
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
  std::string text = "{\"passed\":";
  text += exceeded.empty() && verdict.nothing_asked.empty() ? "true" : "false";
  if (!verdict.nothing_asked.empty()) {
    text += ",\"nothing_asked\":" + JsonString(verdict.nothing_asked);
  }
  text += ",\"exceeded\":[";
  for (const std::string_view kind : exceeded) {
    if (text.back() != '[') text += ',';
    text += JsonString(kind);
  }
  text += "],\"total\":" + CountsJson(verdict.total) + ",\"logs\":{";
  for (const LogInfo& log : Logs()) {
    if (text.back() != '{') text += ',';
    text += JsonString(log.name) + ':' + CountsJson(verdict.logs[log.log]);
  }
  text += "},\"calls\":" + std::to_string(verdict.calls) +
          ",\"bytes\":" + std::to_string(verdict.bytes) +
          ",\"bytes_of\":" + ByteCountsJson(verdict.byte_counts) +
          ",\"early\":" + std::to_string(verdict.early) +
          ",\"out_of_order_ms\":" + std::to_string(verdict.out_of_order_ms) +
          (verdict.latency ? ",\"latency_ms\":" + LatencyJson(*verdict.latency)
                           : std::string()) +
          ",\"altered_fields\":{";
  for (const LogInfo& log : Logs()) {
    if (text.back() != '{') text += ',';
    text += JsonString(log.name) + ":{";
    for (const auto& [name, count] : verdict.altered_fields[log.log]) {
      if (text.back() != '{') text += ',';
      text += JsonString(name) + ':' + std::to_string(count);
    }
    text += '}';
  }
  text += "},\"examples\":[";
  for (const VerifyExample& example : verdict.examples) {
    if (text.back() != '[') text += ',';
    text += ExampleJson(example);
  }
  return text + "]}";
}

}  // namespace busyhour
