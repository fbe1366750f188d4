#pragma once

#include <span>

#include "busyhour/call.h"
#include "interface/job_data.h"
#include "logs/record.h"
#include "scenario/call.h"

namespace busyhour {

/// A call of the engine, with its records, as one of the interface.
Call CallOf(const JobData& data, const internal::Call& call,
            std::span<const internal::Record> records);

}  // namespace busyhour
