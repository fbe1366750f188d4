#pragma once

#include <memory>

#include "deliver/batch_sink.h"
#include "deliver/settings.h"
#include "load/target.h"

namespace busyhour::internal {

/// Makes the sink of `amqp://` and `amqps://`. Available only in programs that
/// are built with Qpid Proton and libcurl.
std::unique_ptr<BatchSink> MakeAmqp(Settings& settings, Target& target);

}  // namespace busyhour::internal
