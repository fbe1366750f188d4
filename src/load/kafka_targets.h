#pragma once

#include <memory>

#include "deliver/batch_sink.h"
#include "deliver/settings.h"
#include "load/target.h"

namespace busyhour::internal {

/// Makes the sink of `kafka://`. Available only in programs that are built with
/// librdkafka.
std::unique_ptr<BatchSink> MakeKafka(Settings& settings, Target& target);

}  // namespace busyhour::internal
