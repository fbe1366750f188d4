#include "profile/values.h"

#include <algorithm>
#include <cmath>

#include "base/ascii.h"
#include "base/duration_hint.h"
#include "base/units.h"

namespace busyhour::internal {
namespace {

using Kind = JsonNode::Kind;

// With a wider range, small weights would be lost in the sum.
constexpr double kLeastWeight = 1e-9;
constexpr double kMostWeight = 1e9;
constexpr std::string_view kWeightRange = "0, or 1e-9 to 1e9";

// One call in twelve days; lower rates are not useful.
constexpr double kLeastRate = 1e-6;
constexpr double kMostRate = 1e6;
constexpr std::string_view kRateRange = "1e-6/s to 1e6/s";

std::string FromTo(const std::string& least, const std::string& most) {
  return least + " to " + most;
}

std::string NoHint(std::string_view) { return {}; }

// Parses a text with `parse`; adds the problem that it is not `what` if this
// fails, with the hint for the text.
template <class Parse>
auto ReadText(const JsonNode& node, ProblemList& problems, const Parse& parse,
              const std::string& what,
              std::string (*hint)(std::string_view) = NoHint) {
  const bool is_text = node.kind == Kind::kString;
  auto read = parse(node.text);
  if (!is_text) read.reset();
  if (!read) {
    problems.Add(node, NotA(node, what) + (is_text ? hint(node.text) : ""));
  }
  return read;
}

}  // namespace

Value Flag(bool& flag) {
  return {[&flag](const JsonNode& node, ProblemList& problems) {
            if (node.kind == Kind::kBool) {
              flag = node.boolean;
            } else {
              problems.Add(node, NotA(node, "true or false"));
            }
          },
          [&flag] { return flag ? "true" : "false"; },
          [] {
            return ValueInfo{"true or false", "", R"("type":"boolean")"};
          }};
}

Value Count(std::uint32_t& count, std::uint32_t least, std::uint32_t most) {
  const auto range = [=] {
    return FromTo(std::to_string(least), std::to_string(most));
  };
  return {[&count, least, most, range](const JsonNode& node,
                                       ProblemList& problems) {
            if (node.kind != Kind::kNumber ||
                node.number != std::floor(node.number)) {
              problems.Add(node, NotA(node, "a whole number"));
            } else if (node.number < least || node.number > most) {
              problems.Add(node, OutOfRange(node, range()));
            } else {
              count = static_cast<std::uint32_t>(node.number);
            }
          },
          [&count] { return std::to_string(count); },
          [least, most, range] {
            return ValueInfo{"whole number", range(),
                             R"("type":"integer","minimum":)" +
                                 std::to_string(least) + R"(,"maximum":)" +
                                 std::to_string(most)};
          }};
}

Value Number(double& number, double least, double most) {
  const auto range = [=] {
    return FromTo(JsonNumber(least), JsonNumber(most));
  };
  return {[&number, least, most, range](const JsonNode& node,
                                        ProblemList& problems) {
            if (node.kind != Kind::kNumber) {
              problems.Add(node, NotA(node, "a number"));
            } else if (node.number < least || node.number > most) {
              problems.Add(node, OutOfRange(node, range()));
            } else {
              number = node.number;
            }
          },
          [&number] { return JsonNumber(number); },
          [least, most, range] {
            return ValueInfo{"number", range(),
                             R"("type":"number","minimum":)" +
                                 JsonNumber(least) + R"(,"maximum":)" +
                                 JsonNumber(most)};
          }};
}

Value Share(double& share) {
  Value value = Number(share, 0, 1);
  value.info = [number_info = std::move(value.info)] {
    ValueInfo info = number_info();
    info.type = "share";
    return info;
  };
  return value;
}

Value Weight(double& weight) {
  return {[&weight](const JsonNode& node, ProblemList& problems) {
            if (node.kind != Kind::kNumber) {
              problems.Add(node, NotA(node, "a number"));
            } else if (node.number != 0 && !(node.number >= kLeastWeight &&
                                             node.number <= kMostWeight)) {
              problems.Add(node, OutOfRange(node, kWeightRange));
            } else {
              weight = node.number;
            }
          },
          [&weight] { return JsonNumber(weight); },
          [] {
            return ValueInfo{"weight", std::string(kWeightRange),
                             R"("type":"number","minimum":0,"maximum":1e9)"};
          }};
}

Value Duration(std::int64_t& ms, std::int64_t least_ms, std::int64_t most_ms) {
  const auto range = [=] {
    return FromTo(FormatDurationExact(least_ms), FormatDurationExact(most_ms));
  };
  return {
      [&ms, least_ms, most_ms, range](const JsonNode& node,
                                      ProblemList& problems) {
        const auto read = ReadText(
            node, problems, least_ms < 0 ? ParseSignedDuration : ParseDuration,
            R"(a duration such as "250ms", "90s" or "1h30m")", DurationHint);
        if (!read) return;
        if (*read >= least_ms && *read <= most_ms) {
          ms = *read;
        } else {
          problems.Add(node, OutOfRange(node, range()));
        }
      },
      [&ms, least_ms, most_ms] {
        return ms >= least_ms && ms <= most_ms
                   ? JsonString(FormatDurationExact(ms))
                   : "";
      },
      [range] {
        return ValueInfo{"duration", range(), R"("$ref":"#/$defs/duration")"};
      }};
}

Value Size(std::uint32_t& bytes, std::uint32_t least, std::uint32_t most) {
  const auto text = [](std::uint32_t size) {
    if (size % (1 << 20) == 0) return std::to_string(size >> 20) + "MiB";
    if (size % (1 << 10) == 0) return std::to_string(size >> 10) + "KiB";
    return std::to_string(size) + "B";
  };
  const auto range = [=] { return FromTo(text(least), text(most)); };
  return {[&bytes, least, most, range](const JsonNode& node,
                                       ProblemList& problems) {
            const auto read = ReadText(node, problems, ParseSize,
                                       R"(a size such as "64KiB" or "1MB")");
            if (!read) return;
            if (*read >= least && *read <= most) {
              bytes = static_cast<std::uint32_t>(*read);
            } else {
              problems.Add(node, OutOfRange(node, range()));
            }
          },
          [&bytes, text] { return JsonString(text(bytes)); },
          [range] {
            return ValueInfo{"size", range(), R"("type":"string")"};
          }};
}

Value Rate(double& per_second) {
  return {[&per_second](const JsonNode& node, ProblemList& problems) {
            const auto read =
                ReadText(node, problems, ParseRate,
                         R"(a rate such as "2/s", "500/min" or "36k/h")");
            if (!read) return;
            if (*read >= kLeastRate && *read <= kMostRate) {
              per_second = *read;
            } else {
              problems.Add(node, OutOfRange(node, kRateRange));
            }
          },
          [&per_second] {
            return per_second >= kLeastRate && per_second <= kMostRate
                       ? JsonString(JsonNumber(per_second) + "/s")
                       : "";
          },
          [] {
            return ValueInfo{"rate", std::string(kRateRange),
                             R"("$ref":"#/$defs/rate")"};
          }};
}

Value Instant(SimTime& time) {
  return {[&time](const JsonNode& node, ProblemList& problems) {
            const auto read = ReadText(
                node, problems, ParseTime,
                R"(a time such as "2026-03-02T08:00:00Z", from 1970 to 2499)");
            if (read) time = *read;
          },
          [&time] { return JsonString(FormatTime(time)); },
          [] {
            return ValueInfo{"time", "1970 to 2499", R"("type":"string")"};
          }};
}

Value GuidText(std::optional<Guid>& guid, std::string default_text) {
  return {[&guid](const JsonNode& node, ProblemList& problems) {
            const auto read = ReadText(
                node, problems, ParseGuid,
                R"(a GUID such as "5fab0875-3211-4879-8051-c688d0854c4d")");
            if (read) guid = *read;
          },
          [&guid] { return guid ? JsonString(FormatGuid(*guid)) : ""; },
          [default_text] {
            return ValueInfo{"GUID", "", R"("type":"string","format":"uuid")",
                             default_text};
          }};
}

Value Name(std::string& text, std::string_view others, std::size_t least,
           std::size_t most) {
  const auto range = [=] {
    std::string words = FromTo(std::to_string(least), std::to_string(most)) +
                        " letters, digits";
    if (others.ends_with(' ')) words += ", spaces";
    return words + (others.size() > 1 ? " or any of " : " or ") +
           std::string(others.substr(0, others.find(' ')));
  };
  return {
      [&text, others, least, most, range](const JsonNode& node,
                                          ProblemList& problems) {
        const std::string& read = node.text;
        const bool fits = node.kind == Kind::kString && read.size() >= least &&
                          read.size() <= most &&
                          std::all_of(read.begin(), read.end(), [&](char c) {
                            return IsLetterOrDigit(c) ||
                                   others.find(c) != std::string_view::npos;
                          });
        if (fits) {
          text = read;
        } else {
          problems.Add(node, NotA(node, "a text of " + range()));
        }
      },
      [&text, least] { return text.size() < least ? "" : JsonString(text); },
      [least, most, range] {
        return ValueInfo{"text", range(),
                         R"("type":"string","minLength":)" +
                             std::to_string(least) + R"(,"maxLength":)" +
                             std::to_string(most)};
      }};
}

Value Prose(std::string& text) {
  return {[&text](const JsonNode& node, ProblemList& problems) {
            if (node.kind != Kind::kString) {
              problems.Add(node, NotA(node, "a text"));
            } else if (node.text.find_first_not_of(" \t\r\n") ==
                       std::string::npos) {
              problems.Add(node, "this text is empty");
            } else {
              text = node.text;
            }
          },
          [&text] { return text.empty() ? "" : JsonString(text); },
          [] {
            return ValueInfo{"text", "not empty",
                             R"("type":"string","minLength":1)"};
          }};
}

Value Levels(std::vector<double>& levels, std::size_t count,
             std::string default_text) {
  return {
      [&levels, count](const JsonNode& node, ProblemList& problems) {
        if (node.kind != Kind::kArray || node.children.size() != count) {
          problems.Add(node, NotA(node, "a list of " + std::to_string(count) +
                                            " numbers"));
          return;
        }
        levels.clear();
        for (const JsonNode& child : node.children) {
          double level = 0;
          Weight(level).read(child, problems);
          levels.push_back(level);
        }
      },
      [&levels]() -> std::string {
        if (levels.empty()) return "";
        std::vector<std::string> texts;
        for (const double level : levels) {
          texts.push_back(JsonNumber(level));
        }
        return JsonArray(texts);
      },
      [count, default_text] {
        const std::string size = std::to_string(count);
        return ValueInfo{
            "list of " + size + " numbers", "each 0, or 1e-9 to 1e9; not all 0",
            R"("type":"array","items":{"type":"number","minimum":0},)"
            R"("minItems":)" +
                size + R"(,"maxItems":)" + size,
            default_text};
      }};
}

Value WithDefault(Value value, std::string default_text) {
  value.info = [info = std::move(value.info), text = std::move(default_text)] {
    ValueInfo described = info();
    described.default_ = text;
    return described;
  };
  return value;
}

Value WrittenIf(bool is_written, Value value) {
  if (is_written) return value;
  Value unwritten = WithDefault(value, DefaultOf(value));
  unwritten.write = [] { return std::string(); };
  return unwritten;
}

Value ListOfItems(std::size_t least, std::size_t most,
                  std::function<void()> clear,
                  std::function<void(const JsonNode&, ProblemList&)> read_item,
                  std::function<std::string()> write, Members members) {
  return {
      [=](const JsonNode& node, ProblemList& problems) {
        if (node.kind != Kind::kArray) {
          problems.Add(node, NotA(node, "a list [ ... ]"));
          return;
        }
        if (node.children.size() < least || node.children.size() > most) {
          problems.Add(node, OutOfRange(node, FromTo(std::to_string(least),
                                                     std::to_string(most))));
          return;
        }
        clear();
        for (const JsonNode& child : node.children) {
          if (problems.full()) return;
          read_item(child, problems);
        }
      },
      std::move(write),
      [=] {
        return ValueInfo{
            "list of objects",
            FromTo(std::to_string(least), std::to_string(most)) + " of them",
            R"("type":"array","minItems":)" + std::to_string(least) +
                R"(,"maxItems":)" + std::to_string(most) + R"(,"items":{)" +
                ObjectSchema(members) + '}'};
      },
      members, "/*"};
}

}  // namespace busyhour::internal
