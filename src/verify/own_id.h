#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/call_key.h"
#include "base/guid.h"
#include "encode/shape.h"
#include "logs/log.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// What an id stands for: an element of a call of the jobs.
struct KnownId {
  Identity identity;
  CallKey call;
};

/// Finds the own ids of records in their text, at the places where records
/// that were not changed have them. For one thread.
class OwnIdFinder {
 public:
  /// `worlds` must outlive the finder.
  explicit OwnIdFinder(const Worlds& worlds) : worlds_(worlds) { BeginInput(); }

  /// Starts another input.
  void BeginInput() { usual_.fill(kNowhere); }

  /// Calls `take(id)` with each own id that may be that of the record that
  /// `text` begins with, until it returns true: first with the id at the place
  /// where records of `first` have it, then for the other logs.
  template <class Take>
  void Each(std::string_view text, LogType first, Shape shape,
            const Take& take) {
    std::string_view looked_for;
    for (std::size_t i = 0; i < kLogTypeCount; ++i) {
      const auto log = static_cast<LogType>(
          (static_cast<std::size_t>(first) + i) % kLogTypeCount);
      const std::string_view key = KeyOf(log, shape, text);
      // Neighbours in the list of logs may have the same key.
      if (key == looked_for) continue;
      looked_for = key;
      const std::optional<KnownId> id = Find(text, key, usual_[log]);
      if (id && take(*id)) return;
    }
  }

 private:
  static constexpr std::size_t kNowhere = ~std::size_t{0};

  // The text before the own id in such records.
  static std::string_view KeyOf(LogType log, Shape shape,
                                std::string_view record);
  std::optional<KnownId> Find(std::string_view text, std::string_view key,
                              std::size_t& usual) const;

  const Worlds& worlds_;
  PerLog<std::size_t> usual_{};  // smallest offset of the id's key
};

}  // namespace busyhour::internal
