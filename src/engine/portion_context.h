#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "encode/encoder.h"
#include "engine/image_cache.h"
#include "engine/routes.h"
#include "engine/scribe.h"
#include "engine/second_sorter.h"
#include "engine/shared_images.h"
#include "faults/faults.h"

// What the tasks for the workers of a `Pipe` share: see `SimulatePortion` and
// `EncodePortion`.

namespace busyhour::internal {

class TextSource;

/// The private data of a worker.
struct Workspace {
  Workspace(const Worlds& worlds, const Encoder& encoder, const Job& job,
            std::size_t image_count)
      : scribe(worlds, job),
        images(worlds, image_count),
        scratch(encoder.max_record_bytes()) {}

  Scribe scribe;
  SecondSorter sorter;
  ImageCache images;
  std::vector<char> scratch;
  std::string wrapped;  ///< a wrapped row (`WrapsRows`)
};

/// The data that all portions of a run share.
struct PortionContext {
  const Worlds* worlds = nullptr;
  const Encoder* encoder = nullptr;
  const Job* job = nullptr;
  RowFormat rows;  ///< format of the encoder's rows
  Routes routes;
  std::size_t streams = 1;
  std::vector<Workspace>* workspaces = nullptr;
  /// The faults of the records; null for none.
  const Faults* faults = nullptr;
  /// Has the texts of the records, which are then not encoded; may be null.
  TextSource* texts = nullptr;
  /// The images of the calls; null if each worker renders those it needs.
  SharedImages* images = nullptr;
  /// The resource whose calls are wanted, if not all.
  std::optional<std::uint32_t> only = std::nullopt;

  /// The row in the wrapped form that the frame requires (`WrapsRows`). Valid
  /// until `space` is changed.
  std::string_view Wrapped(const Record& record, std::string_view row,
                           std::string& space) const;
};

}  // namespace busyhour::internal
