#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "columns/alphabet.h"
#include "columns/known_billed.h"
#include "columns/stored_column.h"
#include "encode/guid_form.h"
#include "logs/log.h"
#include "logs/worlds.h"

namespace busyhour::internal {

/// The columns of a log and all that is known of their values before a run.
///
/// Constant after construction: any number of threads may share it.
class LogColumns {
 public:
  struct Each {
    StoredColumn stored;
    /// If the field `IsTable`.
    std::optional<Alphabet> alphabet;
    /// The texts before and after a value that is not of an alphabet; empty
    /// for none.
    FieldTexts before;
    FieldTexts after;
    /// Maximum size of both texts together.
    std::size_t most_around = 0;
    /// Whether its values count as billed bytes and `known_billed` does not
    /// have their sizes.
    bool is_measured = false;
  };

  LogColumns(const Worlds& worlds, LogType log, Shape shape, GuidForm guids);

  std::span<const Each> columns() const noexcept { return columns_; }

  /// The text of a missing value in a column of texts.
  std::string_view missing_text() const noexcept { return missing_text_; }

  // What the columns need.

  /// The values that the records of a call share, and those besides its
  /// correlation id.
  bool has_calls() const noexcept { return has_calls_; }
  bool has_facts() const noexcept { return has_facts_; }
  bool has_items() const noexcept { return has_items_; }
  /// The ids of records.
  bool has_ids() const noexcept { return has_ids_; }
  /// The number of billed bytes.
  bool has_billed() const noexcept { return known_billed_.has_value(); }

  /// If they have it.
  const KnownBilled& known_billed() const noexcept { return *known_billed_; }

 private:
  void SetBilled(std::size_t resources);

  std::string_view missing_text_;
  std::vector<Each> columns_;
  bool has_calls_ = false;
  bool has_facts_ = false;
  bool has_items_ = false;
  bool has_ids_ = false;
  std::optional<KnownBilled> known_billed_;
};

}  // namespace busyhour::internal
