#include "engine/portion_context.h"

#include <optional>

#include "framing/frame.h"

namespace busyhour::internal {

std::string_view PortionContext::Wrapped(const Record& record,
                                         std::string_view row,
                                         std::string& space) const {
  space.clear();
  Info(job->frame)
      .wrap(record, row, worlds->CastOf(record), std::nullopt, space);
  return space;
}

}  // namespace busyhour::internal
