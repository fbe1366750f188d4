#pragma once

#include "deliver/settings.h"
#include "deliver/tls_options.h"

namespace busyhour {

/// Reads the settings of TLS, the same for all receivers that speak it: `ca`,
/// `cert`, `key`, `key_password_env`, `server_name` and `tls_min`. Looks into
/// the files, and notes what is wrong with them.
///
/// `is_tls` is whether the receiver is spoken to over TLS at all; when it is
/// not, each of them is a problem that says what it `goes_with`.
TlsOptions ReadTls(Settings& settings, bool is_tls, const char* goes_with);

}  // namespace busyhour
