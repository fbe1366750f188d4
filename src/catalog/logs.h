#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "busyhour/catalog.h"

// The list of logs. The content of a log, and the records of a call in it, are
// defined by its descriptor: `logs/<log>.cc`.

namespace busyhour::internal {

/// Whether a job writes a log if its profile and options name none.
enum class WrittenBy : std::uint8_t { kDefault, kRequest };

/// The list of logs, `X(Name, word, category, table, written)`: `kName` of
/// `LogType`, in its order; its name in options and profiles; Azure's
/// diagnostic category; the Log Analytics table; when it is written. A call's
/// records are numbered in this order, so a new log is added at the end.
#define BUSYHOUR_LOGS(X)                                                       \
  X(Operational, "operational", "CallAutomationOperational",                   \
    "ACSCallAutomationIncomingOperations", WrittenBy::kDefault)                \
  X(MediaSummary, "media_summary", "CallAutomationMediaSummary",               \
    "ACSCallAutomationMediaSummary", WrittenBy::kDefault)                      \
  X(Usage, "usage", "Usage", "ACSBillingUsage", WrittenBy::kDefault)           \
  X(StreamingUsage, "streaming_usage", "CallAutomationStreamingUsage",         \
    "ACSCallAutomationStreamingUsage", WrittenBy::kDefault)                    \
  X(CallSummary, "call_summary", "CallSummary", "ACSCallSummary",              \
    WrittenBy::kRequest)                                                       \
  X(CallSummaryUpdates, "call_summary_updates", "CallSummaryUpdates",          \
    "ACSCallSummaryUpdates", WrittenBy::kRequest)                              \
  X(CallDiagnostics, "call_diagnostics", "CallDiagnostics",                    \
    "ACSCallDiagnostics", WrittenBy::kRequest)                                 \
  X(CallDiagnosticsUpdates, "call_diagnostics_updates",                        \
    "CallDiagnosticsUpdates", "ACSCallDiagnosticsUpdates",                     \
    WrittenBy::kRequest)                                                       \
  X(RecordingOperational, "recording_operational", "CallRecordingOperational", \
    "ACSCallRecordingIncomingOperations", WrittenBy::kRequest)                 \
  X(RecordingSummary, "recording_summary", "CallRecordingSummary",             \
    "ACSCallRecordingSummary", WrittenBy::kRequest)

/// The facts about a log that do not concern its fields.
struct LogInfo {
  LogType log;
  std::string_view name;
  std::string_view category;
  std::string_view table;
  WrittenBy written;
};

inline constexpr LogInfo kLogInfos[] = {
#define BUSYHOUR_LOG(name, ...) {LogType::k##name, __VA_ARGS__},
    BUSYHOUR_LOGS(BUSYHOUR_LOG)
#undef BUSYHOUR_LOG
};

inline constexpr std::size_t kLogTypeCount = std::size(kLogInfos);
/// Maximum number of logs in a `LogSet` and in a record's key.
inline constexpr std::size_t kMaxLogTypes = 16;
static_assert(kLogTypeCount <= kMaxLogTypes);

inline constexpr std::array<LogType, kLogTypeCount> kLogTypes = [] {
  std::array<LogType, kLogTypeCount> logs{};
  for (std::size_t i = 0; i < kLogTypeCount; ++i) logs[i] = kLogInfos[i].log;
  return logs;
}();

static_assert([] {
  for (std::size_t i = 0; i < kLogTypeCount; ++i) {
    if (kLogTypes[i] != static_cast<LogType>(i)) return false;
  }
  return true;
}());

/// In the order of `LogType`.
inline constexpr const auto& Logs() { return kLogInfos; }
inline constexpr const LogInfo& Info(LogType log) {
  return kLogInfos[static_cast<std::size_t>(log)];
}

/// The log with this name, such as `usage`.
inline constexpr std::optional<LogType> FindLog(std::string_view name) {
  for (const LogInfo& info : kLogInfos) {
    if (info.name == name) return info.log;
  }
  return std::nullopt;
}

/// A value for each log, indexed by `LogType`.
template <class T>
struct PerLog : std::array<T, kLogTypeCount> {
  using std::array<T, kLogTypeCount>::operator[];
  /// Deleted: there is always a value for each log.
  bool empty() const = delete;
  constexpr T& operator[](LogType log) noexcept {
    return (*this)[static_cast<std::size_t>(log)];
  }
  constexpr const T& operator[](LogType log) const noexcept {
    return (*this)[static_cast<std::size_t>(log)];
  }
};

/// A set of logs. Iterates over its members in the order of `LogType`.
class LogSet {
 public:
  constexpr LogSet() = default;
  constexpr LogSet(std::initializer_list<LogType> logs) {
    for (const LogType log : logs) Add(log);
  }
  static constexpr LogSet All() {
    LogSet all;
    for (const LogType log : kLogTypes) all.Add(log);
    return all;
  }

  /// The logs of a job whose profile and options name none.
  static constexpr LogSet Default() {
    LogSet logs;
    for (const LogInfo& info : kLogInfos) {
      if (info.written == WrittenBy::kDefault) logs.Add(info.log);
    }
    return logs;
  }

  constexpr bool Has(LogType log) const noexcept {
    return (bits_ >> static_cast<unsigned>(log) & 1) != 0;
  }
  constexpr void Add(LogType log) noexcept {
    bits_ =
        static_cast<std::uint16_t>(bits_ | 1u << static_cast<unsigned>(log));
  }
  constexpr void Remove(LogType log) noexcept {
    bits_ =
        static_cast<std::uint16_t>(bits_ & ~(1u << static_cast<unsigned>(log)));
  }
  constexpr void AddAll(LogSet logs) noexcept { bits_ |= logs.bits_; }
  constexpr bool empty() const noexcept { return bits_ == 0; }
  /// Number of logs up to the last one of the set, in the order of `LogType`.
  constexpr std::size_t end_index() const noexcept {
    return static_cast<std::size_t>(std::bit_width(bits_));
  }
  constexpr std::size_t size() const noexcept {
    return static_cast<std::size_t>(__builtin_popcount(bits_));
  }

  class Iterator {
   public:
    constexpr explicit Iterator(unsigned bits) : bits_(bits) {}
    constexpr LogType operator*() const noexcept {
      return static_cast<LogType>(__builtin_ctz(bits_));
    }
    constexpr Iterator& operator++() noexcept {
      bits_ &= bits_ - 1;
      return *this;
    }
    friend constexpr bool operator==(Iterator, Iterator) = default;

   private:
    unsigned bits_;
  };
  constexpr Iterator begin() const noexcept { return Iterator(bits_); }
  constexpr Iterator end() const noexcept { return Iterator(0); }

  friend constexpr bool operator==(LogSet, LogSet) = default;

 private:
  static_assert(kMaxLogTypes <= 16);
  std::uint16_t bits_ = 0;
};

/// Characters of the longest name among these logs and the default ones, for
/// tables.
constexpr std::size_t LogNameWidth(LogSet logs) {
  logs.AddAll(LogSet::Default());
  std::size_t width = 0;
  for (const LogType log : logs) {
    if (Info(log).name.size() > width) width = Info(log).name.size();
  }
  return width;
}

}  // namespace busyhour::internal
