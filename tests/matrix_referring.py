# ruff: noqa: E501 the rows of a table stay on one line
"""The doors of referrals in the hand-written matrix; columns as in matrix.py and matrix_narrow.py."""

ROSAS_REFERRING = """
referrals:clinic GET                302   200   404   403   403   404   404   404   403   403   404   403   403
referrals:clinic POST               302   302   404   403   403   404   404   404   403   403   404   403   403
referrals:link POST                 302   403   404   404   403   404   404   404   403   403   404   403   403
referrals:physicians GET            302   200   404   200   403   404   404   404   403   200   404   403   403
referrals:physicians POST           302   422   404   422   403   404   404   404   403   403   404   403   403
referrals:referral GET              302   404   404   404   404   404   404   404   404   404   404   404   403
referrals_out:batch GET             302   403   403   403   403   403   404   404   403   403   403   403   403
referrals_out:batch POST            302   403   403   403   403   403   404   404   403   403   403   403   403
referrals_out:by_number GET         302   403   403   403   403   403   200   200   403   403   403   403   403
referrals_out:by_number POST        302   403   403   403   403   403   422   422   403   403   403   403   403
referrals_out:doctor GET            404   404   404   404   404   404   404   404   404   404   404   404   404
referrals_out:doctor POST           404   404   404   404   404   404   404   404   404   404   404   404   404
referrals_out:doctors GET           302   403   403   200   403   403   403   403   403   200   200   403   403
referrals_out:doctors POST          302   403   403   404   403   403   403   403   403   404   404   403   403
referrals_out:many GET              302   403   403   403   403   403   200   200   403   403   403   403   403
referrals_out:many POST             302   403   403   403   403   403   422   422   403   403   403   403   403
referrals_out:new GET               302   403   403   403   403   403   200   200   403   403   403   403   403
referrals_out:new POST              302   403   403   403   403   403   200   200   403   403   403   403   403
referrals_out:people GET            302   403   403   403   403   403   403   403   403   403   403   403   403
referrals_out:people POST           302   403   403   403   403   403   403   403   403   403   403   403   403
referrals_out:public GET            200   200   200   200   200   200   200   200   200   200   200   200   200
referrals_out:public POST           422   422   422   422   422   422   422   422   422   422   422   422   422
referrals_out:referred GET          200   200   200   200   200   200   200   200   200   200   200   200   200
referrals_out:referred POST         422   422   422   422   422   422   422   422   422   422   422   422   422
referrals_out:worklist GET          302   403   403   403   403   403   200   200   403   403   403   403   403
referring_out:hl7 POST              401   401   401   401   401   401   401   401   401   401   401   401   401
referring_out:metadata GET          200   200   200   200   200   200   200   200   200   200   200   200   200
referring_out:request GET           401   401   401   401   401   401   401   401   401   401   401   401   401
referring_out:requests GET          401   401   401   401   401   401   401   401   401   401   401   401   401
referring_out:requests POST         401   401   401   401   401   401   401   401   401   401   401   401   401
referring_out:task GET              401   401   401   401   401   401   401   401   401   401   401   401   401
referring_out:transaction POST      401   401   401   401   401   401   401   401   401   401   401   401   401
web:treating GET                    302   403   404   403   403   404   404   404   403   403   404   403   403
web:treating POST                   302   403   404   403   403   404   404   404   403   403   404   403   403
web_out:clinic_looks GET            302   403   403   403   403   403   403   403   403   403   403   403   403
"""

PETRAS_REFERRING = """
referrals:clinic GET                200   403   403   403   403   403
referrals:clinic POST               302   403   403   403   403   403
referrals:link POST                 403   302   403   403   403   403
referrals:physicians GET            200   403   403   403   403   403
referrals:physicians POST           422   403   403   403   403   403
referrals:referral GET              200   200   200   200   200   403
web:treating GET                    403   403   403   403   403   403
web:treating POST                   403   403   403   403   403   403
"""

NARROW_REFERRING = """
referrals:clinic GET                200   403   403   404   404   404   403
referrals:clinic POST               302   403   403   404   404   404   403
referrals:link POST                 403   403   403   404   404   404   403
referrals:physicians GET            200   403   403   404   404   404   403
referrals:physicians POST           422   403   403   404   404   404   403
referrals:referral GET              404   404   403   404   404   404   404
referrals_out:batch GET             403   403   403   403   403   403   403
referrals_out:batch POST            403   403   403   403   403   403   403
referrals_out:by_number GET         403   403   403   403   403   403   403
referrals_out:by_number POST        403   403   403   403   403   403   403
referrals_out:doctor GET            404   404   404   404   404   404   404
referrals_out:doctor POST           404   404   404   404   404   404   404
referrals_out:doctors GET           403   403   403   403   403   403   403
referrals_out:doctors POST          403   403   403   403   403   403   403
referrals_out:many GET              403   403   403   403   403   403   403
referrals_out:many POST             403   403   403   403   403   403   403
referrals_out:new GET               403   403   403   403   403   403   403
referrals_out:new POST              403   403   403   403   403   403   403
referrals_out:people GET            403   403   403   403   403   403   403
referrals_out:people POST           403   403   403   403   403   403   403
referrals_out:public GET            200   200   200   200   200   200   200
referrals_out:public POST           422   422   422   422   422   422   422
referrals_out:referred GET          200   200   200   200   200   200   200
referrals_out:referred POST         422   422   422   422   422   422   422
referrals_out:worklist GET          403   403   403   403   403   403   403
referring_out:hl7 POST              401   401   401   401   401   401   401
referring_out:metadata GET          200   200   200   200   200   200   200
referring_out:request GET           401   401   401   401   401   401   401
referring_out:requests GET          401   401   401   401   401   401   401
referring_out:requests POST         401   401   401   401   401   401   401
referring_out:task GET              401   401   401   401   401   401   401
referring_out:transaction POST      401   401   401   401   401   401   401
web:treating GET                    403   403   403   404   404   404   403
web:treating POST                   403   403   403   404   404   404   403
web_out:clinic_looks GET            403   403   403   403   403   403   403
"""
