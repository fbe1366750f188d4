#pragma once

#include "deliver/settings.h"
#include "deliver/tls_options.h"

namespace busyhour::internal {

/// Reads the TLS settings, which are the same for all receivers: `ca`, `cert`,
/// `key`, `key_password_env`, `server_name` and `tls_min`. Checks the files and
/// adds problems.
///
/// `is_tls`: whether the connection uses TLS. If not, each of these settings is
/// a problem whose message names what it `goes_with`.
TlsOptions ReadTls(Settings& settings, bool is_tls, const char* goes_with);

}  // namespace busyhour::internal
