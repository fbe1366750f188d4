#include "engine/record_stage.h"

#include <cstdint>

namespace busyhour::internal {

LogType LogOf(std::size_t stream, const Routes& routes, const Job& job) {
  for (std::uint32_t i = 0; i < routes.resources(); ++i) {
    for (const LogType log : job.logs) {
      if (routes[i][log] == stream) return log;
    }
  }
  return kLogTypes.front();
}

}  // namespace busyhour::internal
