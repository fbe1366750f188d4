#pragma once

#include <set>
#include <string>
#include <vector>

#include "busyhour/error.h"
#include "logs/log.h"
#include "read/received_record.h"

namespace busyhour::internal {

/// A name that a pipeline has changed.
struct Renaming {
  /// As the map has it: a name, names with dots between them, or a JSON
  /// Pointer. The objects around the first name may be any.
  std::string received;
  /// The same as the names of the objects, and of the value.
  std::vector<std::string> path;
  std::string original;  ///< the column
};

/// The names that a pipeline has changed or removed on purpose.
struct NameMap {
  std::string source;  ///< path of its file
  std::string text;    ///< content of its file
  std::vector<Renaming> renamed;
  /// Fields that it removes.
  PerLog<FieldSet> dropped;
};

/// Reads `{"took_ms": "durationMs", "uri": null}`: a received name and the
/// original one, or an original name that was removed. Adds errors to
/// `problems`.
NameMap ReadNameMap(const std::string& path, std::vector<Problem>& problems);

/// Which entries of a name map records had, and the names that they had.
struct NameUse {
  std::set<std::string> used;   ///< `Renaming::received`
  std::set<std::string> names;  ///< some of them, as dotted paths
};

/// The name of a value with those of the objects around it, as a map takes it:
/// with dots between them, or as a JSON Pointer if a name has a dot.
std::string PathOf(const ReceivedRecord& record,
                   const ReceivedRecord::Value& value);

/// Gives the values of a record their original names, and notes the use of the
/// map.
void Rename(const NameMap& map, ReceivedRecord& record, NameUse& use);

/// Adds a problem for each entry that no record had, with the nearest name.
/// Entries of logs other than `received` are ignored.
void AddUnusedNames(const NameMap& map, const NameUse& use, LogSet received,
                    std::vector<Problem>& problems);

}  // namespace busyhour::internal
