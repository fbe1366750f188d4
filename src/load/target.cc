#include "load/target.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/ascii.h"
#include "base/nearest.h"
#include "base/units.h"
#include "deliver/secrets.h"

namespace busyhour::internal {
namespace {

// Refuses parts of an address that its kind's form does not have. They would be
// ignored, and file://tmp/x is not /tmp/x.
bool HasOnlyItsParts(const Uri& uri, const TargetInfo& info,
                     std::vector<Problem>& problems) {
  const auto refuse = [&](const std::string& part) {
    problems.push_back({"--to", 0, 0, "",
                        "\"" + HideInAddress(uri.text) + "\" has a " + part +
                            "; the form is " + std::string(info.form)});
    return false;
  };
  const bool is_local = info.form.find("//") == std::string_view::npos;
  if (is_local && !uri.host.empty()) return refuse("host");
  const bool has_path =
      info.form.find('/', info.form.find("//") + 2) != std::string_view::npos ||
      info.form.ends_with("PATH");
  if (!has_path && !uri.path.empty() && uri.path != "/") return refuse("path");
  if (!info.scheme.starts_with("http") && !uri.query.empty()) {
    return refuse("query");
  }
  return true;
}

// Reads which time is noted beside a record.
void ReadTime(Settings& settings, const FrameInfo& frame, BatchRules& rules) {
  constexpr std::array<std::string_view, 2> kTimes = {"delivery", "sent"};
  rules.time_sent = settings.Word("time", kTimes, 0) == 1;
  if (!rules.time_sent || frame.notes_time || rules.syslog) return;
  settings.Refuse(
      "time",
      "sent requires a place for a time beside the record: frame " +
          FrameNames([](const FrameInfo& info) { return info.notes_time; }) +
          ", or syslog=rfc5424; frame " + std::string(frame.name) +
          " has none");
}

// Reads the labels of streams.
void ReadLabels(Settings& settings, const FrameInfo& frame, BatchRules& rules) {
  for (const auto& [name, value] : settings.WithPrefix("label.")) {
    std::string reason = frame.section_with == nullptr
                             ? "requires frame=loki: frame " +
                                   std::string(frame.name) + " has no labels"
                             : rules.labels.Set(name, value);
    if (!reason.empty()) settings.Refuse("label." + name, std::move(reason));
  }
}

// Reads the settings that all receivers have.
void ReadRules(Settings& settings, const TargetInfo& info, Target& target) {
  BatchRules& rules = target.rules;
  std::vector<std::string_view> names;
  for (const Frame frame : info.frames) names.push_back(Info(frame).name);
  target.frame = info.frames[settings.Word("frame", names, 0)];
  const FrameInfo& frame = Info(target.frame);
  rules.limits = info.limits;
  if (frame.max_message_bytes > 0) {
    rules.limits.max_bytes =
        std::min(rules.limits.max_bytes, frame.max_message_bytes);
  }
  if (frame.stands_alone && frame.style == RowStyle::kObject) {
    constexpr std::array<std::string_view, 2> kSyslog = {"none", "rfc5424"};
    rules.syslog = settings.Word("syslog", kSyslog, 0) == 1;
  }
  ReadTime(settings, frame, rules);
  ReadLabels(settings, frame, rules);
  rules.limits.max_bytes = static_cast<std::size_t>(settings.Size(
      "batch_bytes", rules.limits.max_bytes, 1, std::uint64_t{64} << 20));
  rules.limits.max_records =
      settings.Count("batch_records", rules.limits.max_records, 1, 1'000'000);
  rules.limits.linger =
      settings.DurationMs("linger", rules.limits.linger / kMillisecond, 0,
                          60'000) *
      kMillisecond;
  rules.limits.span_ms =
      settings.DurationMs("batch_span", BatchLimits::kAnySpan, 1, kMsPerDay);
}

// `5140`, of an address `localhost:5140`.
bool IsPort(std::string_view path) {
  return !path.empty() && std::all_of(path.begin(), path.end(), IsDigit);
}

// `10.0.0.1:5140`, which names no scheme.
bool IsHostAndPort(std::string_view to) {
  const std::size_t colon = to.rfind(':');
  return colon != to.npos && colon > 0 && IsPort(to.substr(colon + 1)) &&
         std::all_of(to.begin(), to.end(), [](char c) {
           return IsLetterOrDigit(c) ||
                  std::string_view(".-:[]").find(c) != std::string_view::npos;
         });
}

// The port of an address `tcp://host:99999` that is no port; else empty.
std::string_view PortOf(std::string_view to) {
  const std::size_t start = to.find("://");
  if (start == to.npos) return {};
  std::string_view authority = to.substr(start + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  const std::size_t colon = authority.rfind(':');
  if (colon == authority.npos || authority.find('@') != authority.npos) {
    return {};
  }
  const std::string_view port = authority.substr(colon + 1);
  const auto number = ParseUnsigned(port);
  return IsPort(port) && !(number && *number >= 1 && *number <= 65'535)
             ? port
             : std::string_view();
}

// Reads the address and returns its kind; null if there is a problem with it.
const TargetInfo* ReadAddress(const std::string& to, Target& target,
                              std::vector<Problem>& problems) {
  const auto refuse = [&](std::string message) {
    problems.push_back({"--to", 0, 0, "", std::move(message)});
  };
  if (to == "-") {
    target.uri.text = target.uri.scheme = to;
  } else if (auto uri = ParseUri(to)) {
    target.uri = std::move(*uri);
  } else {
    const std::string meant = to.starts_with('/') || to.starts_with('.')
                                  ? "file:" + to
                              : IsHostAndPort(to) ? "tcp://" + to
                                                  : "";
    if (!meant.empty()) {
      refuse("\"" + to + "\" is not a receiver's address; did you mean \"" +
             meant + "\"?");
      return nullptr;
    }
    if (const std::string_view port = PortOf(to); !port.empty()) {
      refuse("\"" + HideInAddress(to) +
             "\" is not a receiver's address: port " + std::string(port) +
             " is not from 1 to 65,535");
      return nullptr;
    }
    refuse("\"" + HideInAddress(to) +
           "\" is not a receiver's address, such as "
           "tcp://127.0.0.1:5140 or null:; it has plain characters without "
           "spaces or #, a port from 1 to 65,535 and no user name, and names "
           "of variables for secrets are settings (--with)");
    return nullptr;
  }
  const auto info = std::find_if(
      Targets().begin(), Targets().end(),
      [&](const TargetInfo& row) { return row.scheme == target.uri.scheme; });
  if (info == Targets().end()) {
    std::vector<std::string_view> names;
    for (const TargetInfo& row : Targets()) names.push_back(row.scheme);
    std::string hint = DidYouMean(target.uri.scheme, names);
    if (hint.empty()) {
      for (const TargetInfo& row : Targets()) {
        hint += (hint.empty() ? "; the schemes are " : ", ") +
                std::string(row.form);
      }
    }
    if (IsPort(target.uri.path)) hint = "; did you mean \"tcp://" + to + "\"?";
    if (target.uri.scheme == "syslog") {
      hint = "; use udp://, tcp:// or tls:// with --with syslog=rfc5424";
    }
    refuse("\"" + target.uri.scheme + "\" is an unknown receiver scheme" +
           hint);
    return nullptr;
  }
  if (info->make == nullptr) {
    refuse(std::string(info->form) + " requires " + std::string(info->library) +
           "; this program was built without it");
    return nullptr;
  }
  return HasOnlyItsParts(target.uri, *info, problems) ? &*info : nullptr;
}

// Reads the settings, and makes the sink from them.
void ReadSettings(Settings& settings, const TargetInfo& info, Target& target) {
  ReadRules(settings, info, target);
  target.sink = info.make(settings, target);
}

}  // namespace

std::vector<SettingInfo> SettingsOf(const std::string& to,
                                    const std::vector<std::string>& with) {
  std::vector<Problem> ignored;
  Target target;
  const TargetInfo* const info = ReadAddress(to, target, ignored);
  if (info == nullptr) return {};
  Settings settings(with, ignored);
  ReadSettings(settings, *info, target);
  return settings.read();
}

Target ReadTarget(const std::string& to, const std::vector<std::string>& with,
                  std::vector<Problem>& problems) {
  Target target;
  const TargetInfo* const info = ReadAddress(to, target, problems);
  if (info == nullptr) return target;
  Settings settings(with, problems);
  ReadSettings(settings, *info, target);
  settings.RefuseOthers();
  return target;
}

}  // namespace busyhour::internal
