#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "busyhour/error.h"
#include "deliver/batch_sink.h"
#include "deliver/settings.h"
#include "deliver/uri.h"
#include "framing/frame.h"
#include "load/batcher.h"

namespace busyhour {

/// A receiver, as `--to` and `--with` state it.
struct Target {
  Uri uri;
  std::unique_ptr<BatchSink> sink;
  /// How records are put together for it.
  Frame frame = Frame::kJsonl;
  /// How batches are made for it.
  BatchRules rules;
  /// Batches that it has under way at most.
  std::size_t max_in_flight = 64;
};

/// A kind of receiver.
struct TargetInfo {
  std::string_view scheme;  ///< `tcp`
  std::string_view form;    ///< `tcp://HOST:PORT`
  /// What "acknowledged" means here.
  std::string_view acknowledged;
  /// Frames that it takes, the default first.
  std::vector<Frame> frames;
  BatchLimits limits;
  /// Makes the sink, and asks the settings for what it needs. Null when this
  /// program was built without the library it takes.
  std::unique_ptr<BatchSink> (*make)(Settings& settings, Target& target);
  /// The library that it takes; empty for none.
  std::string_view library;
};

/// All kinds, in the order of their documentation.
std::span<const TargetInfo> Targets();
const TargetInfo& InfoOf(const Target& target);

/// Reads a target; what is wrong with it is added to `problems`, and nothing is
/// reached yet.
Target ReadTarget(const std::string& to, const std::vector<std::string>& with,
                  std::vector<Problem>& problems);

}  // namespace busyhour
