from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("whatsapp", "0033_sessions_by_need"),
    ]

    operations = [
        migrations.AddField(
            model_name="waitingentry",
            name="each",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="The client waits for visits on other days as well:"
                " one does not stand for another",
                verbose_name="и в другие дни",
            ),
        ),
    ]
