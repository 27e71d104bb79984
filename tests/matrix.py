# ruff: noqa: E501 the rows of a table stay on one line
"""Who gets what at each door, written by hand from the specification, not from the code (A1).

One row a door and method, one column a person, in each cell the status that must come back:
200 a page, 204 done, 302 leads on (an unknown visitor: to the sign-in), 4xx sent but not complete
(400, 415, 422, 423) for who may send; 401 sign in again, 403 seated at the case in another part,
404 a stranger, who cannot tell whether the case exists.

ROSAS: everybody at Rosa's case, delivered and paid. The people of the columns are in tests/cast.py
(“asked” is Dr. Ferreira, to whom it is offered; “link” opened the link of the provider who was
asked for records), and the doors without a case.
PETRAS: those with business at Petra's case, which St Brigid's referred and Dr. Okoye is writing:
Clare administers that clinic, “link” holds the link of Petra's provider.
"""

from tests.matrix_money import PETRAS_MONEY, ROSAS_MONEY
from tests.matrix_practice import PRACTICE
from tests.matrix_referring import PETRAS_REFERRING, ROSAS_REFERRING

ROSAS = (
    """
                                   anon  rosa petra   ada okoye wells  brid   hal berta  mona   zoe asked  link
intake:request GET                  302   302   404   403   403   404   404   404   403   403   404   403   403
intake:check GET                    302   302   404   403   403   404   404   404   403   403   404   403   403
intake:check POST                   302   302   404   403   403   404   404   404   403   403   404   403   403
intake:sent GET                     302   200   404   403   403   404   404   404   403   403   404   403   403
intake:same GET                     302   302   404   403   403   404   404   404   403   403   404   403   403
intake:same POST                    302   302   404   403   403   404   404   404   403   403   404   403   403
intake:step GET                     302   302   404   403   403   404   404   404   403   403   404   403   403
intake:step POST                    302   302   404   403   403   404   404   404   403   403   404   403   403
entrance:address GET                302   403   404   200   403   404   404   404   403   403   404   403   403
entrance:address POST               302   403   404   422   403   404   404   404   403   403   404   403   403
entrance_out:account GET            302   200   200   200   200   200   200   200   200   200   200   200   404
entrance_out:end POST               302   302   302   302   302   302   302   302   302   302   302   302   404
entrance_out:reset_factor GET       302   403   403   403   403   403   403   403   403   403   403   403   403
entrance_out:reset_factor POST      302   403   403   403   403   403   403   403   403   403   403   403   403
entrance_out:emergency GET          302   403   403   403   403   403   403   403   403   200   403   403   403
entrance_out:emergency POST         302   403   403   403   403   403   403   403   403   403   403   403   403
entrance_out:give_back POST         302   302   302   302   302   302   302   302   302   302   302   302   302
entrance_out:lock GET               302   302   302   302   302   302   302   302   302   302   302   302   302
entrance_out:lock POST              302   422   422   422   422   422   422   422   422   422   422   422   302
entrance_out:lock_now POST          302   302   302   302   302   302   302   302   302   302   302   302   302
entrance_out:here POST              302   204   204   204   204   204   204   204   204   204   204   204   204
intake_out:landing GET              200   200   200   200   200   200   200   200   200   200   200   200   200
intake_out:can_you_help GET         302   302   302   302   302   302   302   302   302   302   302   302   302
intake_out:ask GET                  200   200   200   200   200   200   200   200   200   200   200   200   200
intake_out:ask POST                 422   422   422   422   422   422   422   422   422   422   422   422   422
intake_out:answer GET               302   302   302   302   302   302   302   302   302   302   302   302   302
intake_out:start GET                302   302   302   302   302   302   302   302   302   302   302   302   302
intake_out:start POST               302   302   302   302   302   302   302   302   302   302   302   302   302
intake_out:continue GET             404   404   404   404   404   404   404   404   404   404   404   404   404
intake_out:continue POST            404   404   404   404   404   404   404   404   404   404   404   404   404
intake_out:again POST               404   404   404   404   404   404   404   404   404   404   404   404   404
parcels:page GET                    302   200   404   200   200   404   404   404   403   200   404   403   403
parcels:uploads OPTIONS             401   204   404   204   204   404   404   404   403   204   404   403   204
parcels:uploads POST                302   400   404   400   400   404   404   404   403   400   404   403   400
parcels:upload OPTIONS              401   204   404   404   404   404   404   404   403   404   404   403   404
parcels:upload HEAD                 302   200   404   404   404   404   404   404   403   404   404   403   404
parcels:upload PATCH                401   415   404   404   404   404   404   404   403   404   404   403   404
parcels:upload DELETE               401   204   404   404   404   404   404   404   403   404   404   403   404
parcels:parcel POST                 302   302   404   404   404   404   404   404   403   404   404   403   404
parcels:manifest GET                302   200   404   404   404   404   404   404   403   404   404   403   404
parcels:state GET                   302   200   404   404   404   404   404   404   403   404   404   403   404
parcels:identity POST               302   403   404   302   403   404   404   404   403   302   404   403   403
parcels:decision POST               302   403   404   302   403   404   404   404   403   302   404   403   403
records:tab GET                     302   200   404   200   200   404   404   404   403   200   404   200   403
records:mark POST                   302   403   404   302   403   404   404   404   403   302   404   403   403
records:holders POST                302   403   404   422   403   404   404   404   403   403   404   403   403
records:act POST                    302   403   404   302   403   404   404   404   403   403   404   403   403
records:document GET                302   200   404   200   200   404   404   404   403   200   404   200   403
records:preview GET                 302   200   404   200   200   404   404   404   403   200   404   200   403
records:thumb GET                   302   404   404   404   404   404   404   404   403   404   404   404   403
records:original GET                302   200   404   200   200   404   404   404   403   200   404   200   403
records:release GET                 302   200   404   403   403   404   404   404   403   403   404   403   403
records:release POST                302   200   404   403   403   404   404   404   403   403   404   403   403
records:text POST                   302   302   404   403   403   404   404   404   403   403   404   403   403
records:stop POST                   302   302   404   403   403   404   404   404   403   403   404   403   403
records:form GET                    302   200   404   200   200   404   404   404   403   200   404   200   403
records:private POST                302   302   404   403   403   404   404   404   403   403   404   403   403
records:sending GET                 302   403   404   403   403   404   404   404   403   403   404   403   200
records:answer POST                 302   403   404   403   403   404   404   404   403   403   404   403   422
records:sending_form GET            302   403   404   403   403   404   404   404   403   403   404   403   200
records:receipt GET                 302   403   404   403   403   404   404   404   403   403   404   403   200
records_out:link GET                200   200   200   200   200   200   200   200   200   200   200   200   200
records_out:link POST               422   422   422   422   422   422   422   422   422   422   422   422   422
imaging:thumb GET                   302   200   404   200   200   404   404   404   403   200   404   200   403
imaging:viewer GET                  302   200   404   200   200   404   404   404   403   200   404   200   403
imaging:marks GET                   302   200   404   200   200   404   404   404   403   200   404   200   403
imaging:marks PUT                   401   403   404   403   400   404   404   404   403   403   404   403   403
opinions:panel GET                  302   403   404   403   200   404   404   404   403   403   404   403   403
opinions:state GET                  302   403   404   403   200   404   404   404   403   403   404   403   403
opinions:section PUT                401   403   404   403   422   404   404   404   403   403   404   403   403
opinions:answer PUT                 401   403   404   403   422   404   404   404   403   403   404   403   403
opinions:answer POST                302   403   404   403   423   404   404   404   403   403   404   403   403
opinions:key_images POST            302   403   404   403   422   404   404   404   403   403   404   403   403
opinions:key_image GET              302   200   404   200   200   404   404   404   403   200   404   403   403
opinions:source GET                 302   403   404   403   200   404   404   404   403   403   404   403   403
opinions:signature GET              302   403   404   403   302   404   404   404   403   403   404   403   403
opinions:signature POST             302   403   404   403   302   404   404   404   403   403   404   403   403
opinions:addenda GET                302   403   404   403   200   404   404   404   403   403   404   403   403
opinions:addenda POST               302   403   404   403   422   404   404   404   403   403   404   403   403
opinions:report GET                 302   200   404   200   200   404   404   404   403   200   404   403   403
opinions:version GET                302   200   404   200   200   404   404   404   403   200   404   403   403
opinions:pdf GET                    302   200   404   200   200   404   404   404   403   200   404   403   403
opinions:version_pdf GET            302   200   404   200   200   404   404   404   403   200   404   403   403
messaging:threads GET               302   200   404   200   200   404   404   404   403   200   404   403   403
messaging:threads POST              302   302   404   302   302   404   404   404   403   302   404   403   403
messaging:latest GET                302   200   404   200   200   404   404   404   403   200   404   403   403
messaging_out:inbox GET             302   200   200   200   200   200   200   200   200   200   200   200   200
notices:reminders GET               302   403   404   200   403   404   404   404   403   200   404   403   403
notices:soon GET                    302   403   404   200   403   404   404   404   403   200   404   403   403
notices:timer POST                  302   403   404   422   403   404   404   404   403   422   404   403   403
notices_out:page GET                302   200   200   200   200   200   200   200   200   200   200   200   200
notices_out:page POST               302   302   302   302   302   302   302   302   302   302   302   302   302
notices_out:bell GET                302   200   200   200   200   200   200   200   200   200   200   200   200
notices_out:settings GET            302   200   200   200   200   200   200   200   200   200   200   200   404
notices_out:settings POST           302   302   302   302   302   302   302   302   302   302   302   302   404
notices_out:practice GET            302   403   403   403   403   403   403   403   403   200   403   403   403
notices_out:practice POST           302   403   403   403   403   403   403   403   403   422   403   403   403
notices_out:texts GET               302   403   403   403   403   403   403   403   403   200   403   403   403
notices_out:text GET                302   403   403   403   403   403   403   403   403   200   403   403   403
notices_out:text POST               302   403   403   403   403   403   403   403   403   422   403   403   403
notices_out:heard POST              400   400   400   400   400   400   400   400   400   400   400   400   400
dicomweb:studies GET                302   200   404   200   200   404   404   404   403   200   404   200   403
dicomweb:series GET                 302   200   404   200   200   404   404   404   403   200   404   200   403
dicomweb:study_instances GET        302   200   404   200   200   404   404   404   403   200   404   200   403
dicomweb:study_metadata GET         302   200   404   200   200   404   404   404   403   200   404   200   403
dicomweb:instances GET              302   200   404   200   200   404   404   404   403   200   404   200   403
dicomweb:metadata GET               302   200   404   200   200   404   404   404   403   200   404   200   403
dicomweb:instance GET               302   200   404   200   200   404   404   404   403   200   404   200   403
dicomweb:instance_metadata GET      302   200   404   200   200   404   404   404   403   200   404   200   403
dicomweb:frames GET                 302   200   404   200   200   404   404   404   403   200   404   200   403
package:zip GET                     302   200   404   200   200   404   404   404   403   200   404   403   403
web:case GET                        302   200   404   200   302   404   404   404   200   200   404   200   403
web:steps POST                      302   302   404   302   302   404   404   404   302   302   404   302   403
web:steps GET                       302   302   404   200   200   404   404   404   302   200   404   302   403
web:hold GET                        302   403   404   200   403   404   404   404   403   200   404   403   403
web:hold POST                       302   403   404   422   403   404   404   404   403   422   404   403   403
web:quality POST                    302   403   404   302   403   404   404   404   403   302   404   403   403
web:later POST                      302   302   404   302   302   404   404   404   403   302   404   403   403
web:offers GET                      302   403   404   200   403   404   404   404   403   200   404   403   403
web:offers POST                     302   403   404   302   403   404   404   404   403   302   404   403   403
web:offer_answer POST               302   403   404   403   403   404   404   404   403   403   404   302   403
web:team GET                        302   200   404   200   200   404   404   404   200   200   404   200   403
web:history GET                     302   200   404   200   200   404   404   404   403   200   404   403   403
web:reading GET                     302   403   404   403   302   404   404   404   403   403   404   403   403
web:reading_item GET                302   403   404   403   200   404   404   404   403   403   404   403   403
web_out:start GET                   302   302   302   302   302   302   302   302   302   302   302   302   200
web_out:begin GET                   404   404   404   404   404   404   404   404   404   404   404   404   404
web_out:begin POST                  404   404   404   404   404   404   404   404   404   404   404   404   404
web_out:invitation GET              404   404   404   404   404   404   404   404   404   404   404   404   404
web_out:invitation POST             404   404   404   404   404   404   404   404   404   404   404   404   404
web_out:board GET                   302   200   200   200   200   200   200   200   200   200   200   200   200
web_out:list GET                    302   200   200   200   200   200   200   200   200   200   200   200   200
web_out:privacy GET                 200   200   200   200   200   200   200   200   200   200   200   200   200
web_out:terms GET                   200   200   200   200   200   200   200   200   200   200   200   200   200
web_out:emergencies GET             200   200   200   200   200   200   200   200   200   200   200   200   200
web_out:styleguide GET              200   200   200   200   200   200   200   200   200   200   200   200   200
demo_out:mail GET                   200   200   200   200   200   200   200   200   200   200   200   200   200
"""
    + ROSAS_MONEY
    + ROSAS_REFERRING
    + PRACTICE
)

PETRAS = (
    """
                                  petra  brid clare okoye berta  link
intake:request GET                  302   302   403   403   403   403
intake:check GET                    302   302   403   403   403   403
intake:check POST                   302   302   403   403   403   403
intake:sent GET                     200   200   403   403   403   403
intake:same GET                     302   302   403   403   403   403
intake:same POST                    302   302   403   403   403   403
intake:step GET                     302   302   403   403   403   403
intake:step POST                    302   302   403   403   403   403
entrance:address GET                403   403   403   403   403   403
entrance:address POST               403   403   403   403   403   403
parcels:page GET                    200   200   403   200   403   403
parcels:uploads OPTIONS             204   204   403   204   403   204
parcels:uploads POST                400   400   403   400   403   400
parcels:upload OPTIONS              204   404   403   404   403   404
parcels:upload HEAD                 200   404   403   404   403   404
parcels:upload PATCH                415   404   403   404   403   404
parcels:upload DELETE               204   404   403   404   403   404
parcels:parcel POST                 302   404   403   404   403   404
parcels:manifest GET                200   404   403   404   403   404
parcels:state GET                   200   404   403   404   403   404
parcels:identity POST               403   403   403   403   403   403
parcels:decision POST               403   403   403   403   403   403
records:tab GET                     200   200   403   200   403   403
records:mark POST                   403   403   403   403   403   403
records:holders POST                403   403   403   403   403   403
records:act POST                    403   403   403   403   403   403
records:document GET                200   200   403   200   403   403
records:preview GET                 200   200   403   200   403   403
records:thumb GET                   404   404   403   404   403   403
records:original GET                200   200   403   200   403   403
records:release GET                 200   403   403   403   403   403
records:release POST                200   403   403   403   403   403
records:text POST                   302   403   403   403   403   403
records:stop POST                   302   403   403   403   403   403
records:form GET                    200   200   403   200   403   403
records:private POST                302   403   403   403   403   403
records:sending GET                 403   403   403   403   403   200
records:answer POST                 403   403   403   403   403   422
records:sending_form GET            403   403   403   403   403   200
records:receipt GET                 403   403   403   403   403   200
imaging:thumb GET                   200   200   403   200   403   403
imaging:viewer GET                  200   200   403   200   403   403
imaging:marks GET                   200   200   403   200   403   403
imaging:marks PUT                   403   403   403   400   403   403
opinions:panel GET                  403   403   403   200   403   403
opinions:state GET                  403   403   403   200   403   403
opinions:section PUT                403   403   403   422   403   403
opinions:answer PUT                 403   403   403   422   403   403
opinions:answer POST                403   403   403   200   403   403
opinions:key_images POST            403   403   403   422   403   403
opinions:key_image GET              404   404   403   200   403   403
opinions:source GET                 403   403   403   200   403   403
opinions:signature GET              403   403   403   200   403   403
opinions:signature POST             403   403   403   422   403   403
opinions:addenda GET                403   403   403   302   403   403
opinions:addenda POST               403   403   403   302   403   403
opinions:report GET                 200   200   403   200   403   403
opinions:version GET                404   404   403   404   403   403
opinions:pdf GET                    404   404   403   404   403   403
opinions:version_pdf GET            404   404   403   404   403   403
messaging:threads GET               200   200   403   200   403   403
messaging:threads POST              302   302   403   302   403   403
messaging:latest GET                200   403   403   200   403   403
notices:reminders GET               403   403   403   403   403   403
notices:soon GET                    403   403   403   403   403   403
notices:timer POST                  403   403   403   403   403   403
dicomweb:studies GET                200   200   403   200   403   403
dicomweb:series GET                 200   200   403   200   403   403
dicomweb:study_instances GET        200   200   403   200   403   403
dicomweb:study_metadata GET         200   200   403   200   403   403
dicomweb:instances GET              200   200   403   200   403   403
dicomweb:metadata GET               200   200   403   200   403   403
dicomweb:instance GET               200   200   403   200   403   403
dicomweb:instance_metadata GET      200   200   403   200   403   403
dicomweb:frames GET                 200   200   403   200   403   403
package:zip GET                     200   403   403   200   403   403
web:case GET                        200   200   200   302   200   403
web:steps POST                      302   302   302   302   302   403
web:steps GET                       302   302   302   200   302   403
web:hold GET                        403   403   403   403   403   403
web:hold POST                       403   403   403   403   403   403
web:quality POST                    403   403   403   403   403   403
web:later POST                      302   403   403   302   403   403
web:offers GET                      403   403   403   403   403   403
web:offers POST                     403   403   403   403   403   403
web:offer_answer POST               403   403   403   403   403   403
web:team GET                        200   200   200   200   200   403
web:history GET                     200   200   200   200   403   403
web:reading GET                     403   403   403   302   403   403
web:reading_item GET                403   403   403   200   403   403
"""
    + PETRAS_MONEY
    + PETRAS_REFERRING
)


def columns(table: str) -> list[str]:
    """The people of a table."""
    return table.split("\n")[1].split()


def cells(table: str) -> dict[tuple[str, str], int]:
    """(door, person) -> the status that must come back."""
    head, *rows = (line for line in table.splitlines() if line.strip())
    people = head.split()
    found = {}
    for row in rows:
        name, method, *statuses = row.split()
        for who, status in zip(people, statuses, strict=True):
            found[f"{name} {method}", who] = int(status)
    return found
