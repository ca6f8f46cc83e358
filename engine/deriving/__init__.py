"""Why a rule holds, line by line, and which paths a gradient takes."""
