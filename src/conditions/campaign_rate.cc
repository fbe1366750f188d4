#include "conditions/campaign_rate.h"

#include <algorithm>

namespace busyhour::internal {

CampaignRate::CampaignRate(const Campaign& campaign)
    : starts_(campaign),
      rate_cps_(campaign.rate_cps),
      list_(static_cast<double>(campaign.list)) {}

double CampaignRate::At(const TimeZone& zone, std::uint64_t slot,
                        std::int64_t local_s) const noexcept {
  const auto utc_s = static_cast<std::int64_t>(slot);
  const std::int64_t start_s = starts_.Before(zone, utc_s, local_s);
  if (utc_s < start_s) return 0.0;
  // What is left of the list at the beginning of the slot.
  const double left = list_ - rate_cps_ * static_cast<double>(utc_s - start_s);
  return std::clamp(left, 0.0, rate_cps_);
}

}  // namespace busyhour::internal
